import type { TranslationBundle } from "@jupyterlab/translation";
import * as React from "react";
import { unbroken } from "./french-spaces.js";
import type { Starter } from "./starter.js";

/** What a card shows and does. */
export interface StarterCardProps {
  readonly starter: Starter;
  /** Address of its picture. */
  readonly thumbnail: string;
  /** Whether it is the team's own. */
  readonly isOwn: boolean;
  readonly trans: TranslationBundle;
  readonly onOpen: (starter: Starter) => void;
  readonly onFork: (starter: Starter) => void;
}

/** One starter: its picture and title open it, its button forks it. */
export function StarterCard({
  starter,
  thumbnail,
  isOwn,
  trans,
  onOpen,
  onFork,
}: StarterCardProps): React.JSX.Element {
  const titleId = `damir-starter-${starter.slug}`;
  return (
    <li className={isOwn ? "damir-Card damir-mod-own" : "damir-Card"}>
      <article aria-labelledby={titleId}>
        <img className="damir-Card-picture" src={thumbnail} alt="" loading="lazy" width="640" height="400" />
        <div className="damir-Card-body">
          <p className="damir-Card-theme">
            {starter.theme}
            {isOwn && <strong className="damir-Card-own">{trans.__("Votre équipe")}</strong>}
          </p>
          <h3 id={titleId} className="damir-Card-title">
            {/* Its area covers the card's picture and texts. */}
            <button
              type="button"
              className="damir-Card-open"
              onClick={() => {
                onOpen(starter);
              }}
            >
              {unbroken(starter.title)}
            </button>
          </h3>
          <p className="damir-Card-question">{unbroken(starter.question)}</p>
          <ul className="damir-Card-datasets" aria-label={trans.__("Données")}>
            {starter.datasets.map((dataset) => (
              <li key={dataset}>{dataset}</li>
            ))}
          </ul>
          <footer className="damir-Card-foot">
            <span>
              {starter.level} · {trans.__("%1 min", starter.minutes)}
            </span>
            <button
              type="button"
              className="damir-Button"
              aria-label={trans.__("Forker « %1 »", starter.title)}
              onClick={() => {
                onFork(starter);
              }}
            >
              {trans.__("Forker")}
            </button>
          </footer>
        </div>
      </article>
    </li>
  );
}
