import * as React from "react";
import type { EntryBlock, EntryPage } from "@atelier-damir/cli/panel";
import { usesOf, type Subject } from "./entry-uses.js";
import { messageOf, type TabProps } from "./dictionary-tab.js";

interface EntryPageProps extends TabProps {
  readonly subject: Subject;
  readonly onInsert: (fragment: string) => void;
  readonly onQuery: (sql: string) => void;
  readonly onOpen: (subject: Subject) => void;
  readonly onBack: () => void;
}

/** The page of an entry: what it means, and what of it can be put into the notebook. */
export function EntryPageView(props: EntryPageProps): React.JSX.Element {
  const { trans, kernel, subject, isReady, onInsert, onQuery, onBack } = props;
  const [page, setPage] = React.useState<EntryPage>();
  const [failure, setFailure] = React.useState("");
  const heading = React.useRef<HTMLHeadingElement>(null);
  const { name, code } = subject;
  React.useEffect(() => {
    if (!isReady || page) return;
    let isCurrent = true;
    kernel.ask("describe", { name, ...(code === undefined ? {} : { code }) }).then(
      (read) => {
        if (isCurrent) setPage(read);
      },
      (error: unknown) => {
        if (isCurrent) setFailure(messageOf(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [kernel, name, code, isReady, page]);
  // The button that opened it is gone: one goes on from the title.
  React.useEffect(() => {
    if (page) heading.current?.focus();
  }, [page]);
  const uses = page && usesOf(subject, page);
  const [written = "", ...label] = page?.title.split(" : ") ?? [];
  return (
    <article className="damir-Page" lang="fr">
      <button type="button" className="damir-Button damir-mod-small" onClick={onBack}>
        {trans.__("← Retour")}
      </button>
      {failure !== "" && (
        <p className="damir-Panel-notice damir-mod-failure" role="alert">
          {failure}
        </p>
      )}
      {page && uses && (
        <>
          <h3 ref={heading} tabIndex={-1}>
            <code>{written}</code> {label.join(" : ")}
          </h3>
          <p className="damir-Page-subtitle">{page.subtitle}</p>
          <div className="damir-Page-actions">
            <button
              type="button"
              className="damir-Button damir-mod-primary"
              title={uses.fragment}
              onClick={() => {
                onInsert(uses.fragment);
              }}
            >
              {insertLabel(subject, props)}
            </button>
            <button
              type="button"
              className="damir-Button"
              title={uses.query}
              onClick={() => {
                onQuery(uses.query);
              }}
            >
              {trans.__("Ajouter une requête")}
            </button>
          </div>
          {page.blocks.map((block, index) => (
            <Block key={index} {...props} block={block} />
          ))}
        </>
      )}
    </article>
  );
}

function insertLabel({ kind }: Subject, { trans }: Pick<TabProps, "trans">): string {
  switch (kind) {
    case "variable":
      return trans.__("Insérer la colonne");
    case "table":
      return trans.__("Insérer la table");
    case "poste":
      return trans.__("Insérer la jointure");
    case "code":
      return trans.__("Insérer le filtre");
  }
}

function Block(props: EntryPageProps & { readonly block: EntryBlock }): React.JSX.Element {
  const { block } = props;
  switch (block.kind) {
    case "paragraph":
      return <p>{withCode(block.text)}</p>;
    case "list":
      return (
        <>
          <h4>{block.title}</h4>
          <ul className={block.title.startsWith("Piège") ? "damir-Page-traps" : undefined}>
            {block.items.map((item) => (
              <li key={item}>{withCode(item)}</li>
            ))}
          </ul>
        </>
      );
    case "code":
      return (
        <>
          <h4>{block.title}</h4>
          <pre tabIndex={0} aria-label={block.title}>
            {block.text}
          </pre>
        </>
      );
    case "table":
      return <TableBlock {...props} block={block} />;
  }
}

/** A text whose pieces between backticks are code. */
function withCode(text: string): React.ReactNode[] {
  return text.split("`").map((piece, place) => (place % 2 === 1 ? <code key={place}>{piece}</code> : piece));
}

/** A list of codes or columns: each leads to its own page. */
function TableBlock(
  props: EntryPageProps & { readonly block: Extract<EntryBlock, { kind: "table" }> },
): React.JSX.Element {
  const { trans, block, subject, onOpen } = props;
  const [first] = block.head;
  const next = (cell: string): Subject | undefined => {
    if (first === "code" && subject.kind === "variable")
      return { kind: "code", name: subject.name, code: cell };
    // Only the tables that the dictionary describes have pages for their columns.
    const isDescribed = subject.name === "damir" || subject.name === "damir_departement";
    return first === "colonne" && isDescribed
      ? { kind: "variable", name: `${subject.name}.${cell}` }
      : undefined;
  };
  return (
    <div className="damir-Page-table" role="group" tabIndex={0} aria-label={block.title}>
      <table>
        <caption>{block.title}</caption>
        <thead>
          <tr>
            {block.head.map((cell) => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, place) => {
                const target = place === 0 ? next(cell) : undefined;
                return (
                  <td key={place}>
                    {target ? (
                      <button
                        type="button"
                        className="damir-Link"
                        aria-label={trans.__("Voir %1 (%2)", cell, row[1] ?? "")}
                        onClick={() => {
                          onOpen(target);
                        }}
                      >
                        {cell}
                      </button>
                    ) : (
                      cell
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
