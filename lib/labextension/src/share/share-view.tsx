import { ReactWidget } from "@jupyterlab/ui-components";
import type { TranslationBundle } from "@jupyterlab/translation";
import * as React from "react";
import { PublicationView } from "./publication-view.js";
import { missingField } from "./share-form.js";
import { CardFields, DestinationFields, SignatureFields } from "./share-fields.js";
import type { ShareSession } from "./share-session.js";

/** What the dialog's content needs. */
export interface ShareViewOptions {
  readonly session: ShareSession;
  readonly trans: TranslationBundle;
  readonly onClose: () => void;
  readonly onCell: (index: number) => void;
}

/** The content of the dialog that shares a notebook. */
export class ShareView extends ReactWidget {
  constructor(private readonly options: ShareViewOptions) {
    super();
    this.addClass("damir-Share-content");
    options.session.changed.connect(this.onChanged);
  }

  override dispose(): void {
    this.options.session.changed.disconnect(this.onChanged);
    super.dispose();
  }

  private readonly onChanged = (): void => {
    this.update();
  };

  protected override render(): React.JSX.Element {
    return <ShareContent {...this.options} />;
  }
}

function ShareContent(options: ShareViewOptions): React.JSX.Element {
  const { session, trans, onClose } = options;
  const form = React.useRef<HTMLFormElement>(null);
  const isRunning = session.action !== undefined;
  const missing = missingField(session.form);
  const begin = (action: "preview" | "rehearse" | "publish") => {
    if (action !== "preview" && missing !== undefined) {
      // The browser says which field must be filled, and takes the focus there.
      form.current?.reportValidity();
      return;
    }
    void session.run(action);
  };
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        begin("publish");
      }}
    >
      <header>
        <h2 id="damir-share-title">{trans.__("Partager « %1 »", session.title)}</h2>
        <button type="button" className="damir-Button" onClick={onClose}>
          {trans.__("Fermer")}
        </button>
      </header>
      <div className="damir-Share-columns">
        <fieldset className="damir-Share-fields" disabled={isRunning}>
          <DestinationFields session={session} trans={trans} />
          <SignatureFields session={session} trans={trans} />
          <CardFields session={session} trans={trans} />
        </fieldset>
        <PublicationView {...options} />
      </div>
      <footer>
        <button
          type="button"
          className="damir-Button"
          disabled={isRunning}
          onClick={() => {
            begin("preview");
          }}
        >
          {trans.__("Contrôler et voir la page")}
        </button>
        <button
          type="button"
          className="damir-Button"
          disabled={isRunning}
          onClick={() => {
            begin("rehearse");
          }}
        >
          {trans.__("Répéter sans rien envoyer")}
        </button>
        {isRunning ? (
          <button
            type="button"
            className="damir-Button damir-mod-primary"
            onClick={() => {
              void session.stop();
            }}
          >
            {trans.__("Arrêter")}
          </button>
        ) : (
          <button type="submit" className="damir-Button damir-mod-primary">
            {trans.__("Publier")}
          </button>
        )}
      </footer>
    </form>
  );
}
