import { ReactWidget } from "@jupyterlab/ui-components";
import type { TranslationBundle } from "@jupyterlab/translation";
import * as React from "react";
import { failureText } from "../failure-text.js";
import type { CellChange, LineChange, PlacedCell } from "./notebook-diff.js";
import type { Comparison } from "./read-comparison.js";

/** What the page of a comparison needs. */
export interface ComparisonOptions {
  readonly trans: TranslationBundle;
  readonly read: () => Promise<Comparison>;
  readonly openOriginal: (path: string) => void;
}

/** A page that shows how a fork differs from its original. Nothing can be changed in it. */
export class ComparisonView extends ReactWidget {
  private readings = 0;

  constructor(private readonly options: ComparisonOptions) {
    super();
    this.addClass("damir-Comparison");
  }

  /** Compares again: the fork may have changed since. */
  refresh(): void {
    this.readings += 1;
    this.update();
  }

  protected override render(): React.JSX.Element {
    return (
      <ComparisonPage
        {...this.options}
        reading={this.readings}
        refresh={() => {
          this.refresh();
        }}
      />
    );
  }
}

function ComparisonPage(
  props: ComparisonOptions & { readonly reading: number; readonly refresh: () => void },
): React.JSX.Element {
  const { trans, read, reading, refresh, openOriginal } = props;
  const [comparison, setComparison] = React.useState<Comparison>();
  const [failure, setFailure] = React.useState("");
  const page = React.useRef<HTMLElement>(null);
  React.useEffect(() => {
    let isCurrent = true;
    setFailure("");
    read().then(
      (found) => {
        if (isCurrent) setComparison(found);
      },
      (error: unknown) => {
        if (isCurrent) setFailure(failureText(error, trans));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [read, reading, trans]);

  return (
    <main ref={page} className="damir-Comparison-page" aria-labelledby="damir-comparison-title">
      <h1 id="damir-comparison-title">{trans.__("Comparaison avec l'original")}</h1>
      {failure !== "" && (
        <div className="damir-Home-failure" role="alert">
          <p>{trans.__("La comparaison n'a pas pu être faite : %1", failure)}</p>
          <button type="button" className="damir-Button" onClick={refresh}>
            {trans.__("Réessayer")}
          </button>
        </div>
      )}
      {comparison && (
        <>
          <Introduction trans={trans} comparison={comparison} />
          <div className="damir-Comparison-actions">
            <button
              type="button"
              className="damir-Button damir-mod-primary"
              disabled={comparison.changes.every(({ kind }) => kind === "same")}
              onClick={() => {
                goTo(page.current, 1);
              }}
            >
              {trans.__("Différence suivante")}
            </button>
            <button
              type="button"
              className="damir-Button"
              disabled={comparison.changes.every(({ kind }) => kind === "same")}
              onClick={() => {
                goTo(page.current, -1);
              }}
            >
              {trans.__("Différence précédente")}
            </button>
            <button type="button" className="damir-Button" onClick={refresh}>
              {trans.__("Comparer de nouveau")}
            </button>
            <button
              type="button"
              className="damir-Button"
              onClick={() => {
                openOriginal(comparison.original.notebook);
              }}
            >
              {trans.__("Ouvrir l'original")}
            </button>
          </div>
          {grouped(comparison.changes).map((group, index) =>
            Array.isArray(group) ? (
              <SameCells key={index} trans={trans} cells={group} />
            ) : (
              <ChangedCell key={index} trans={trans} change={group} />
            ),
          )}
        </>
      )}
    </main>
  );
}

function Introduction({
  trans,
  comparison,
}: {
  readonly trans: TranslationBundle;
  readonly comparison: Comparison;
}): React.JSX.Element {
  const { fork, original, isUpdated, isDistant, changes } = comparison;
  const count = (kind: CellChange["kind"]) => changes.filter((change) => change.kind === kind).length;
  const [changed, added, removed, moved, same] = (
    ["changed", "added", "removed", "moved", "same"] as const
  ).map(count);
  const parts = [
    changed ? trans._n("%1 modifiée", "%1 modifiées", changed, changed) : "",
    added ? trans._n("%1 ajoutée", "%1 ajoutées", added, added) : "",
    removed ? trans._n("%1 supprimée", "%1 supprimées", removed, removed) : "",
    moved ? trans._n("%1 déplacée", "%1 déplacées", moved, moved) : "",
    same ? trans._n("%1 identique", "%1 identiques", same, same) : "",
  ].filter(Boolean);
  return (
    <>
      <dl className="damir-Comparison-names">
        <dt>{trans.__("Votre copie")}</dt>
        <dd>{fork}</dd>
        <dt>{trans.__("Original")}</dt>
        <dd>{original.notebook}</dd>
      </dl>
      {isUpdated && (
        <p className="damir-Comparison-notice">
          {trans.__(
            "L'original a été mis à jour depuis votre fork (%1) : votre copie est comparée à ce qu'il est aujourd'hui.",
            new Date(original.date).toLocaleDateString(),
          )}
        </p>
      )}
      {isDistant && (
        <p>{trans.__("Votre copie vient d'un fork : elle est comparée au premier notebook de la lignée.")}</p>
      )}
      <p role="status" className="damir-Comparison-summary">
        {changed || added || removed || moved
          ? trans.__("Cellules : %1. Leurs résultats ne sont pas comparés.", parts.join(", "))
          : trans.__(
              "Aucune différence : les cellules sont celles de l'original. Les résultats ne sont pas comparés.",
            )}
      </p>
    </>
  );
}

/** Differences one by one, and the cells between them together. */
function grouped(changes: readonly CellChange[]): (CellChange | PlacedCell[])[] {
  const groups: (CellChange | PlacedCell[])[] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (change.kind !== "same") groups.push(change);
    else if (Array.isArray(last)) last.push(change.after);
    else groups.push([change.after]);
  }
  return groups;
}

function SameCells({
  trans,
  cells,
}: {
  readonly trans: TranslationBundle;
  readonly cells: readonly PlacedCell[];
}): React.JSX.Element {
  return (
    <details className="damir-Comparison-same">
      <summary>
        {trans._n("%1 cellule identique", "%1 cellules identiques", cells.length, cells.length)}
      </summary>
      {cells.map(({ place, source }) => (
        <pre key={place} tabIndex={0} aria-label={trans.__("Cellule %1", place)}>
          {source}
        </pre>
      ))}
    </details>
  );
}

function ChangedCell({
  trans,
  change,
}: {
  readonly trans: TranslationBundle;
  readonly change: CellChange;
}): React.JSX.Element {
  return (
    <section className={`damir-Comparison-cell damir-mod-${change.kind}`}>
      <h2 tabIndex={-1}>
        {headingOf(change, trans)} <span className="damir-Comparison-type">{typeOf(change, trans)}</span>
      </h2>
      <div
        className="damir-Comparison-lines"
        tabIndex={0}
        role="group"
        aria-label={trans.__("Lignes de la cellule")}
      >
        {linesOf(change).map((line, index) => (
          <Line key={index} trans={trans} line={line} />
        ))}
      </div>
    </section>
  );
}

function Line({
  trans,
  line,
}: {
  readonly trans: TranslationBundle;
  readonly line: LineChange;
}): React.JSX.Element {
  const { kind, parts } = line;
  const Whole = kind === "added" ? "ins" : kind === "removed" ? "del" : "div";
  return (
    <Whole className={`damir-Line damir-mod-${kind}`}>
      <span className="damir-Line-sign" aria-hidden="true">
        {{ added: "+", removed: "−", same: " " }[kind]}
      </span>
      {kind !== "same" && (
        <span className="damir-Unseen">
          {kind === "added" ? trans.__("Ligne ajoutée : ") : trans.__("Ligne supprimée : ")}
        </span>
      )}
      <code>
        {parts.map(({ text, marked }, index) => (marked ? <mark key={index}>{text}</mark> : text))}
        {"\n"}
      </code>
    </Whole>
  );
}

function headingOf(change: CellChange, trans: TranslationBundle): string {
  switch (change.kind) {
    case "added":
      return trans.__("Cellule %1 : ajoutée", change.after.place);
    case "removed":
      return trans.__("Cellule %1 de l'original : supprimée", change.before.place);
    case "moved":
      return trans.__("Cellule %1 : déplacée (elle était la %2)", change.after.place, change.before.place);
    default:
      return trans.__("Cellule %1 : modifiée", change.after.place);
  }
}

function typeOf(change: CellChange, trans: TranslationBundle): string {
  const { type } = "after" in change ? change.after : change.before;
  return type === "code" ? trans.__("code") : type === "markdown" ? trans.__("texte") : trans.__("brut");
}

function linesOf(change: CellChange): readonly LineChange[] {
  if (change.kind === "changed") return change.lines;
  const { source } = "after" in change ? change.after : change.before;
  const kind = change.kind === "added" || change.kind === "removed" ? change.kind : "same";
  return source.split("\n").map((text) => ({ kind, parts: [{ text, marked: false }] }));
}

/** Moves to the difference after or before the one that has the focus, and round again at the end. */
function goTo(page: HTMLElement | null, step: 1 | -1): void {
  const headings = [...(page?.querySelectorAll<HTMLElement>(".damir-Comparison-cell > h2") ?? [])];
  if (headings.length === 0) return;
  const shown = headings.findIndex((heading) => heading.classList.contains("damir-mod-current"));
  const index =
    shown < 0 ? (step > 0 ? 0 : headings.length - 1) : (shown + step + headings.length) % headings.length;
  headings[shown]?.classList.remove("damir-mod-current");
  headings[index]?.classList.add("damir-mod-current");
  headings[index]?.scrollIntoView({ block: "start" });
  headings[index]?.focus();
}
