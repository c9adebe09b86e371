import type { Finding, PublishEvent, PublishStep } from "@atelier-damir/publish";
import type { TerminalEffects } from "./terminal.js";

/** What an interruption leaves, by step. */
const interrupted: Record<PublishStep, string> = {
  check: "Interrompu : rien n'est publié.",
  render: "Interrompu : rien n'est publié.",
  host: "Interrompu pendant la mise en ligne. Relancez la même commande : elle complète ce qui manque.",
  wait: "Interrompu : la page est déposée, sa fiche n'est pas faite. Relancez la même commande : elle reprend où elle en est.",
  card: "Interrompu pendant la fiche : elle est au pire un brouillon, que vous seul voyez. Relancez la même commande : elle reprend la même fiche.",
};

const wipe = "\r\u001b[K";

/** Tells a publication to a person: what goes on to the terminal's line, what was done and found as lines. */
export function tellPeople(effects: TerminalEffects): (event: PublishEvent) => void {
  const { out, err, live } = effects;
  /** What the terminal's line shows while a step goes on. */
  let doing = "";
  const line = (text: string) => {
    err(`${live && doing !== "" ? wipe : ""}${text}\n`);
  };
  return (event) => {
    switch (event.event) {
      case "plan":
        line(`Publication de ${event.notebook}${event.draft ? ", en brouillon" : ""} : ${event.address}`);
        break;
      case "step":
        if (effects.interruption) effects.interruption.message = interrupted[event.step];
        if (event.state === "done") line(`${event.text}.`);
        else if (!live) line(`${event.text}…`);
        doing = live && event.state === "begun" ? `${event.text}…` : "";
        if (doing !== "") err(doing);
        break;
      case "progress":
        if (live) {
          doing = `Contrôle du notebook : cellule ${event.done} sur ${event.total}`;
          err(`${wipe}${doing}`);
        }
        break;
      case "finding":
        line(findingLine(event));
        break;
      case "note":
        line(event.text);
        break;
      case "request":
        if (live && doing !== "") err(wipe);
        out(event.text);
        break;
      case "done":
        out(`Page : ${event.address}\n${event.card === undefined ? "" : `Fiche : ${event.card}\n`}`);
        for (const text of event.next) line(text);
        break;
      case "failed":
        // Its message is the command's error.
        if (live && doing !== "") err(wipe);
        break;
      default:
    }
  };
}

/** Tells a publication to a program: a line of JSON an event. */
export function tellPrograms({ out }: TerminalEffects): (event: PublishEvent) => void {
  return (event) => {
    out(`${JSON.stringify(event)}\n`);
  };
}

function findingLine({ severity, cell, text, remedy }: Finding): string {
  const kind = { erreur: "Erreur", avertissement: "Avertissement", note: "Note" }[severity];
  return `${kind}${cell === undefined ? "" : `, cellule ${cell}`} : ${text} ${remedy}`;
}
