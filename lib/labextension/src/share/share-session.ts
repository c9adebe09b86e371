import type { KeyState, ShareResult, ShareSecrets, ShareWish } from "@atelier-damir/cli/panel";
import { Signal, type ISignal } from "@lumino/signaling";
import { heard, nothingYet, type Publication, type PublicationEvent } from "./publication.js";
import { noSecrets, rememberedForm, rememberForm, wishOf, type ShareForm } from "./share-form.js";

/** What publishes: the kernel behind the lab's panel. */
export interface Publisher {
  share(
    wish: ShareWish,
    secrets: ShareSecrets,
    listen: (event: PublicationEvent) => void,
  ): Promise<ShareResult>;
  stop(): Promise<unknown>;
  keyState(demo: boolean): Promise<KeyState>;
}

/** The sharing of one notebook: what was typed, what goes on, what came of it. It outlives the dialog, so that closing one loses nothing. */
export class ShareSession {
  form: ShareForm = rememberedForm();
  /** In memory only, forgotten once they have served. */
  secrets: ShareSecrets = noSecrets;
  publication: Publication = nothingYet;
  /** What goes on; undefined for nothing. */
  action: ShareWish["action"] | undefined;
  /** What was done last. */
  last: ShareWish["action"] | undefined;
  /** The page of the last preview. */
  html = "";
  keyState: KeyState | undefined;
  private readonly _changed = new Signal<this, undefined>(this);

  /** @param notebook path from the lab's root, saved before each use */
  constructor(
    readonly notebook: string,
    readonly title: string,
    private readonly publisher: Publisher,
    private readonly save: () => Promise<void>,
  ) {}

  /** Emitted when anything of it has changed. */
  get changed(): ISignal<this, undefined> {
    return this._changed;
  }

  type(change: Partial<ShareForm>): void {
    const site = this.form.demo;
    this.form = { ...this.form, ...change };
    rememberForm(this.form);
    if (this.form.demo !== site) void this.lookForKey();
    this._changed.emit(undefined);
  }

  typeSecret(change: Partial<ShareSecrets>): void {
    this.secrets = { ...this.secrets, ...change };
    this._changed.emit(undefined);
  }

  /** Finds out whether a key is known. */
  async lookForKey(): Promise<void> {
    this.keyState = undefined;
    try {
      this.keyState = await this.publisher.keyState(this.form.demo);
    } catch {
      // The run itself says what is wrong.
    }
    this._changed.emit(undefined);
  }

  /** Previews, rehearses or publishes what is saved of the notebook. What was typed stays, whatever comes of it. */
  async run(action: ShareWish["action"]): Promise<void> {
    if (this.action !== undefined) return;
    this.action = action;
    this.last = action;
    this.publication = nothingYet;
    if (action === "preview") this.html = "";
    this._changed.emit(undefined);
    try {
      await this.save();
      const result = await this.publisher.share(
        wishOf(this.form, action, this.notebook),
        this.secrets,
        (event) => {
          this.publication = heard(this.publication, event);
          this._changed.emit(undefined);
        },
      );
      this.html = result.html ?? this.html;
      if (result.key !== undefined) {
        this.publication = { ...this.publication, notes: [...this.publication.notes, result.key] };
      }
      if (!result.ok) this.fail(this.publication.failure || result.message);
      else if (action === "publish") {
        this.secrets = noSecrets;
        void this.lookForKey();
      }
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    } finally {
      this.action = undefined;
      this._changed.emit(undefined);
    }
  }

  async stop(): Promise<void> {
    await this.publisher.stop();
  }

  private fail(message: string): void {
    this.publication = { ...this.publication, failure: message };
  }
}
