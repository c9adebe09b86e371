/** Identifiers of the extension's commands. */
export const commands = {
  openHome: "atelier-damir:home",
  fork: "atelier-damir:fork",
  forkSelected: "atelier-damir:fork-selected",
  openPanel: "atelier-damir:panel",
  compare: "atelier-damir:compare",
  compareSelected: "atelier-damir:compare-selected",
  tour: "atelier-damir:tour",
  share: "atelier-damir:share",
} as const;
