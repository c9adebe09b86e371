/** Identifiers of the extension's commands. */
export const commands = {
  openHome: "atelier-damir:home",
  openStarter: "atelier-damir:open-starter",
  fork: "atelier-damir:fork",
  forkSelected: "atelier-damir:fork-selected",
} as const;
