import type { TranslationBundle } from "@jupyterlab/translation";
import * as React from "react";
import type { Finding, Publication, StepState } from "./publication.js";
import type { ShareViewOptions } from "./share-view.js";

/** What goes on and what came of it: steps, findings, requests, page. */
export function PublicationView({ session, trans, onCell }: ShareViewOptions): React.JSX.Element {
  const { publication, action, last, html } = session;
  const { steps, findings, notes, requests, failure, done } = publication;
  return (
    <section className="damir-Share-outcome" aria-labelledby="damir-share-outcome">
      <h3 id="damir-share-outcome">{trans.__("Déroulement")}</h3>
      <p role="status">{statusText(session.action, last, publication, trans)}</p>
      {failure !== "" && (
        <p role="alert" className="damir-Share-failure">
          {failure}
        </p>
      )}
      {done && last === "publish" && <Published done={done} trans={trans} />}
      {steps.length > 0 && (
        <ol className="damir-Share-steps">
          {steps.map((step) => (
            <StepLine key={step.step} step={step} isRunning={action !== undefined} trans={trans} />
          ))}
        </ol>
      )}
      {findings.length > 0 && (
        <>
          <h3>{trans.__("Ce que le contrôle a trouvé")}</h3>
          <ul className="damir-Share-findings">
            {[...findings].sort(bySeverity).map((finding, index) => (
              <FindingLine key={index} finding={finding} trans={trans} onCell={onCell} />
            ))}
          </ul>
        </>
      )}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {requests.length > 0 && (
        <details open>
          <summary>{trans.__("Ce qui serait envoyé à data.gouv.fr")}</summary>
          {requests.map((request) => (
            <pre key={request} tabIndex={0}>
              {request}
            </pre>
          ))}
        </details>
      )}
      {html !== "" && (
        <>
          <h3>{trans.__("La page")}</h3>
          {/* Its scripts run apart: without the lab's origin, they reach nothing of it. */}
          <iframe title={trans.__("Aperçu de la page")} sandbox="allow-scripts" srcDoc={html} />
        </>
      )}
    </section>
  );
}

function statusText(
  action: string | undefined,
  last: string | undefined,
  { failure, done, steps }: Publication,
  trans: TranslationBundle,
): string {
  if (action !== undefined) {
    const current = steps.find(({ state }) => state === "begun");
    return current?.text || trans.__("En cours…");
  }
  if (failure !== "")
    return trans.__("Arrêté. Ce que vous avez saisi est gardé : corrigez, puis recommencez.");
  if (!done) return trans.__("Rien n'est encore fait. Commencez par contrôler le notebook et voir sa page.");
  if (last === "preview") return trans.__("La page est prête. Rien n'est publié.");
  return last === "rehearse" ? trans.__("Tout est prêt. Rien n'a été envoyé.") : trans.__("Publié.");
}

function Published(props: {
  readonly done: NonNullable<Publication["done"]>;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { done, trans } = props;
  return (
    <div className="damir-Share-published">
      <p>
        {trans.__("La page :")} <Address href={done.address} />
      </p>
      {done.card !== undefined && (
        <p>
          {trans.__("La fiche :")} <Address href={done.card} />
        </p>
      )}
      {done.next.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </div>
  );
}

/** Addresses of the web are links; others, such as a folder's, are texts. */
function Address({ href }: { readonly href: string }): React.JSX.Element {
  return /^https?:\/\//.test(href) ? (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {href}
    </a>
  ) : (
    <code>{href}</code>
  );
}

function StepLine(props: {
  readonly step: StepState;
  readonly isRunning: boolean;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { step, isRunning, trans } = props;
  const names = {
    check: trans.__("Contrôle"),
    render: trans.__("Page"),
    host: trans.__("Dépôt"),
    wait: trans.__("Attente de la page"),
    card: trans.__("Fiche"),
  };
  const states = {
    planned: trans.__("à faire"),
    begun: isRunning ? trans.__("en cours") : trans.__("arrêté"),
    done: trans.__("fait"),
    failed: trans.__("échec"),
  };
  const name = names[step.step];
  return (
    <li data-state={step.state}>
      <strong>{name}</strong> : {states[step.state]}
      {step.text !== "" && ` (${step.text})`}
      {step.state === "begun" && step.share !== undefined && (
        <progress max={1} value={step.share} aria-label={name} />
      )}
    </li>
  );
}

function FindingLine(props: {
  readonly finding: Finding;
  readonly trans: TranslationBundle;
  readonly onCell: (index: number) => void;
}): React.JSX.Element {
  const { finding, trans, onCell } = props;
  const { cell } = finding;
  const kinds = {
    erreur: trans.__("Erreur"),
    avertissement: trans.__("Avertissement"),
    note: trans.__("Note"),
  };
  return (
    <li data-severity={finding.severity}>
      <strong>{kinds[finding.severity]}</strong>
      {cell !== undefined && (
        <>
          {" "}
          <button
            type="button"
            className="damir-Share-cell"
            onClick={() => {
              onCell(cell - 1);
            }}
          >
            {trans.__("Cellule %1", cell)}
          </button>
        </>
      )}{" "}
      : {finding.text} {finding.remedy}
    </li>
  );
}

function bySeverity(one: Finding, other: Finding): number {
  const order = ["erreur", "avertissement", "note"];
  return order.indexOf(one.severity) - order.indexOf(other.severity);
}
