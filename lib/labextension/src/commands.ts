/** Identifiers of the extension's commands. */
export const commands = {
  openHome: "atelier-damir:home",
  fork: "atelier-damir:fork",
  forkSelected: "atelier-damir:fork-selected",
} as const;
