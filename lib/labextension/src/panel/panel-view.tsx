import { ReactWidget } from "@jupyterlab/ui-components";
import type { TranslationBundle } from "@jupyterlab/translation";
import type { Message } from "@lumino/messaging";
import * as React from "react";
import { DataTab } from "./data-tab.js";
import { DictionaryTab } from "./dictionary-tab.js";
import type { Insertion } from "./insertion.js";
import type { PanelKernel } from "./panel-kernel.js";

/** What the panel needs from the lab. */
export interface PanelOptions {
  readonly trans: TranslationBundle;
  /** Language of numbers and dates. */
  readonly language: string;
  readonly kernel: PanelKernel;
  readonly insertion: Insertion;
  readonly onTour: () => void;
}

/** How long a panel stays out of sight before its kernel's memory is given back, in milliseconds. */
const patience = 10 * 60_000;

/** When the command palette has surely closed, in milliseconds. */
const afterPalette = 100;

/** The DAMIR panel of the left side bar: dictionary, data of this lab, guided tour. */
export class DamirPanel extends ReactWidget {
  private restTimer = 0;

  constructor(private readonly options: PanelOptions) {
    super();
    this.addClass("damir-Panel");
  }

  override dispose(): void {
    window.clearTimeout(this.restTimer);
    this.options.kernel.shutdown().catch(() => undefined);
    super.dispose();
  }

  /** Gives the focus to the search, now and once the command palette that opened the panel has given it back to the notebook. */
  takeFocus(): void {
    this.focusSearch();
    window.setTimeout(() => {
      this.focusSearch();
    }, afterPalette);
  }

  protected override render(): React.JSX.Element {
    return <Panel {...this.options} />;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    window.clearTimeout(this.restTimer);
    if (this.options.kernel.state.kind === "off") void this.options.kernel.start();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    window.clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => {
      if (!this.options.kernel.isBusy) this.options.kernel.shutdown().catch(() => undefined);
    }, patience);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.focusSearch();
  }

  private focusSearch(): void {
    this.node.querySelector<HTMLElement>("input[type=search]")?.focus();
  }
}

const tabs = ["dictionary", "data"] as const;

function Panel(options: PanelOptions): React.JSX.Element {
  const { trans, kernel, onTour } = options;
  const [state, setState] = React.useState(kernel.state);
  const [tab, setTab] = React.useState<(typeof tabs)[number]>("dictionary");
  React.useEffect(() => {
    const listen = (_: unknown, now: typeof state) => {
      setState(now);
    };
    kernel.changed.connect(listen);
    setState(kernel.state);
    return () => void kernel.changed.disconnect(listen);
  }, [kernel]);
  const labels = { dictionary: trans.__("Dictionnaire"), data: trans.__("Données") };
  const isReady = state.kind === "ready";
  return (
    <section className="damir-Panel-page" aria-label="DAMIR">
      <header className="damir-Panel-head">
        <h2>DAMIR</h2>
        <button type="button" className="damir-Button" onClick={onTour}>
          {trans.__("Visite guidée")}
        </button>
      </header>
      <div role="tablist" className="damir-Panel-tabs" aria-label="DAMIR">
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`damir-tab-${name}`}
            aria-controls={`damir-tabpanel-${name}`}
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => {
              setTab(name);
            }}
            onKeyDown={({ key }) => {
              if (key !== "ArrowLeft" && key !== "ArrowRight") return;
              const other = tabs.find((one) => one !== tab) ?? tab;
              setTab(other);
              document.getElementById(`damir-tab-${other}`)?.focus();
            }}
          >
            {labels[name]}
          </button>
        ))}
      </div>
      <KernelNotice trans={trans} kernel={kernel} state={state} />
      {tabs.map((name) => (
        <div
          key={name}
          role="tabpanel"
          id={`damir-tabpanel-${name}`}
          aria-labelledby={`damir-tab-${name}`}
          className="damir-Panel-body"
          // What was typed and what goes on stay as they are behind the other tab.
          hidden={tab !== name}
        >
          {name === "dictionary" ? (
            <DictionaryTab {...options} isReady={isReady} />
          ) : (
            <DataTab {...options} isReady={isReady} />
          )}
        </div>
      ))}
    </section>
  );
}

function KernelNotice({
  trans,
  kernel,
  state,
}: Pick<PanelOptions, "trans" | "kernel"> & {
  readonly state: PanelKernel["state"];
}): React.JSX.Element | null {
  if (state.kind === "ready" || state.kind === "off") return null;
  if (!("message" in state)) {
    return (
      <p className="damir-Panel-starting" role="status">
        {trans.__("Le dictionnaire s'ouvre…")}
      </p>
    );
  }
  return (
    <div className="damir-Home-failure" role="alert">
      <p>{state.message}</p>
      {state.kind === "failed" && (
        <button
          type="button"
          className="damir-Button"
          onClick={() => {
            void kernel.start();
          }}
        >
          {trans.__("Réessayer")}
        </button>
      )}
    </div>
  );
}
