import * as React from "react";
import type {
  DatasetState,
  PullAnnouncement,
  PullEvent,
  PullResult,
  PullWish,
  StoreState,
} from "@atelier-damir/cli/panel";
import { messageOf, type TabProps } from "./dictionary-tab.js";
import { DownloadResult, RunningDownload } from "./running-download.js";
import { sizeText } from "./measures.js";

type Step =
  | { readonly kind: "asking" | "planning" }
  | { readonly kind: "announced"; readonly wish: PullWish; readonly plan: PullAnnouncement }
  | { readonly kind: "pulling" }
  | { readonly kind: "done"; readonly result: PullResult }
  | { readonly kind: "failed"; readonly message: string };

/** Brings published data into the store: what and which period, what it takes, then the download itself. */
export function DownloadForm(
  props: TabProps & {
    readonly state: StoreState;
    readonly onStart: () => void;
    readonly onDone: () => void;
  },
): React.JSX.Element {
  const { trans, language, kernel, isReady, state, onStart, onDone } = props;
  const [id, setId] = React.useState(state.datasets.find((one) => one.id === "open-damir")?.id ?? "");
  const [first, setFirst] = React.useState("");
  const [last, setLast] = React.useState("");
  const [step, setStep] = React.useState<Step>({ kind: "asking" });
  const [progress, setProgress] = React.useState<ReadonlyMap<string, number>>(new Map());
  const dataset = state.datasets.find((one) => one.id === id);
  const working = step.kind === "planning" || step.kind === "pulling";

  const plan = () => {
    const periods = first === "" ? [] : [last === "" ? first : `${first}..${last}`];
    const wish = { dataset: id, periods: dataset?.step === "aucune" ? [] : periods };
    setStep({ kind: "planning" });
    kernel.ask("plan", wish).then(
      (announced) => {
        setStep({ kind: "announced", wish, plan: announced });
      },
      (error: unknown) => {
        setStep({ kind: "failed", message: messageOf(error) });
      },
    );
  };
  const listen = (event: PullEvent) => {
    if (event.event !== "progress") return;
    setProgress((known) => new Map(known).set(event.name, event.total > 0 ? event.done / event.total : 1));
  };
  const pull = (wish: PullWish) => {
    setStep({ kind: "pulling" });
    setProgress(new Map());
    onStart();
    kernel
      .ask("pull", wish, listen)
      .then(
        (result) => {
          setStep({ kind: "done", result });
        },
        (error: unknown) => {
          setStep({ kind: "failed", message: messageOf(error) });
        },
      )
      .finally(() => {
        if (kernel.state.kind === "ready") onDone();
      });
  };
  return (
    <form
      className="damir-Download"
      aria-label={trans.__("Télécharger des données réelles")}
      onSubmit={(event) => {
        event.preventDefault();
        plan();
      }}
    >
      <h3>{trans.__("Télécharger des données réelles")}</h3>
      <label>
        {trans.__("Jeu de données")}
        <select
          value={id}
          disabled={working}
          onChange={({ target }) => {
            setId(target.value);
            setFirst("");
            setLast("");
            setStep({ kind: "asking" });
          }}
        >
          {state.datasets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.id}
            </option>
          ))}
        </select>
      </label>
      {dataset && <p className="damir-Download-what">{dataset.title}</p>}
      {dataset && dataset.step !== "aucune" && (
        <Periods {...{ trans, dataset, first, last, setFirst, setLast, working }} />
      )}
      {dataset && dataset.step === "mois" && (
        <p className="damir-Download-what">
          {trans.__("Un mois : environ %1 à télécharger.", sizeText(dataset.fileBytes, language))}
        </p>
      )}
      <button type="submit" className="damir-Button" disabled={!isReady || working}>
        {step.kind === "planning"
          ? trans.__("Calcul de la taille…")
          : trans.__("Voir ce qu'il faut télécharger")}
      </button>
      {step.kind === "announced" && (
        <Announcement
          {...props}
          plan={step.plan}
          onPull={() => {
            pull(step.wish);
          }}
        />
      )}
      {step.kind === "pulling" && <RunningDownload {...props} progress={progress} takesFocus />}
      {step.kind === "done" && <DownloadResult trans={trans} result={step.result} />}
      {step.kind === "failed" && (
        <p className="damir-Panel-notice damir-mod-failure" role="alert">
          {step.message}
        </p>
      )}
    </form>
  );
}

function Periods(props: {
  readonly trans: TabProps["trans"];
  readonly dataset: DatasetState;
  readonly first: string;
  readonly last: string;
  readonly setFirst: (text: string) => void;
  readonly setLast: (text: string) => void;
  readonly working: boolean;
}): React.JSX.Element {
  const { trans, dataset, first, last, setFirst, setLast, working } = props;
  const isMonthly = dataset.step === "mois";
  const shape = isMonthly ? trans.__("AAAA-MM") : trans.__("AAAA");
  const field = (label: string, value: string, set: (text: string) => void, isRequired: boolean) => (
    <label>
      {label}
      <input
        type="text"
        inputMode="numeric"
        value={value}
        placeholder={shape}
        required={isRequired}
        disabled={working}
        pattern={isMonthly ? "\\d{4}(-(0[1-9]|1[0-2]))?" : "\\d{4}"}
        title={
          isMonthly
            ? trans.__("Un mois comme 2024-03, ou une année comme 2024")
            : trans.__("Une année comme 2024")
        }
        onChange={({ target }) => {
          set(target.value.trim());
        }}
      />
    </label>
  );
  return (
    <fieldset>
      <legend>
        {isMonthly
          ? trans.__("Mois, depuis %1", dataset.since)
          : trans.__("Années, depuis %1", dataset.since.slice(0, 4))}
      </legend>
      {field(trans.__("De"), first, setFirst, dataset.needsPeriod)}
      {field(trans.__("à (facultatif)"), last, setLast, false)}
    </fieldset>
  );
}

function Announcement(
  props: TabProps & {
    readonly state: StoreState;
    readonly plan: PullAnnouncement;
    readonly onPull: () => void;
  },
): React.JSX.Element {
  const { trans, language, state, plan, onPull, isReady } = props;
  const { files, missing, bytes, disk, estimated } = plan;
  const wanted = files.filter(({ state: one }) => one !== "unchanged");
  const lacks = state.free !== undefined && state.free < disk;
  const button = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    button.current?.focus();
  }, []);
  return (
    <div className="damir-Download-plan">
      <div role="status">
        {missing.length > 0 && (
          <p>
            {trans.__(
              "Pas encore ou plus publié : %1.",
              missing.slice(0, 6).join(", ") + (missing.length > 6 ? "…" : ""),
            )}
          </p>
        )}
        {wanted.length === 0 ? (
          <p>
            {files.length > 0
              ? trans.__("Tout est déjà là, tel que publié.")
              : trans.__("Rien de ce qui est demandé n'est publié.")}
          </p>
        ) : (
          <>
            <p>
              {estimated
                ? trans._n(
                    "%1 fichier, environ %2 à télécharger.",
                    "%1 fichiers, environ %2 à télécharger.",
                    wanted.length,
                    sizeText(bytes, language),
                  )
                : trans._n(
                    "%1 fichier, %2 à télécharger.",
                    "%1 fichiers, %2 à télécharger.",
                    wanted.length,
                    sizeText(bytes, language),
                  )}
            </p>
            <p>
              {trans.__("Il faut environ %1 de disque le temps de l'import.", sizeText(disk, language))}{" "}
              {state.free !== undefined && trans.__("Libre : %1.", sizeText(state.free, language))}
            </p>
            {lacks && (
              <p className="damir-Panel-notice damir-mod-failure">
                {trans.__("La place manque sur le disque : libérez-en, ou prenez moins de mois.")}
              </p>
            )}
          </>
        )}
      </div>
      {wanted.length > 0 && (
        <button
          ref={button}
          type="button"
          className="damir-Button damir-mod-primary"
          disabled={!isReady || lacks}
          onClick={onPull}
        >
          {trans.__("Télécharger et importer")}
        </button>
      )}
    </div>
  );
}
