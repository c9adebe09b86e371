import { statfs } from "node:fs/promises";
import { listStore, readCatalogue, readers, type InventoryTable } from "@atelier-damir/pipeline";
import { connect, damirHome, readServerAddress, UserError, type Damir } from "damir";
import { DamirProcess, type JsonEvent } from "./damir-process.js";
import { ShareService } from "./share-service.js";
import type {
  DatasetState,
  Entry,
  EntryPage,
  PanelQuestions,
  PullAnnouncement,
  PullEvent,
  PullResult,
  PullWish,
  RunningDownload,
  StoreState,
  StoreTableState,
} from "./protocol.js";

/** Answers the lab's side panel: dictionary, state of the store, downloads. */
export class PanelService {
  #damir: Promise<Damir> | undefined;
  #download: Download | undefined;
  #ended: PullResult | undefined;
  readonly #sharing = new ShareService();

  /** @param home folder of the stores */
  constructor(private readonly home: string = damirHome()) {}

  /**
   * Answers one question.
   * @param tell hears the events of a download
   * @throws UserError what the person can mend
   */
  async answer<Name extends keyof PanelQuestions>(
    name: Name,
    parameters: PanelQuestions[Name]["parameters"],
    tell: (event: PullEvent) => void = () => undefined,
  ): Promise<PanelQuestions[Name]["answer"]> {
    const answers: {
      [Each in keyof PanelQuestions]: (
        given: PanelQuestions[Each]["parameters"],
      ) => Promise<PanelQuestions[Each]["answer"]>;
    } = {
      search: (given) => this.search(given),
      describe: (given) => this.describe(given),
      state: () => this.state(),
      plan: (given) => this.plan(given),
      pull: (given) => this.pull(given, tell),
      cancel: () => {
        this.cancel();
        return Promise.resolve(null);
      },
      share: ({ wish, secrets }) => this.#sharing.share(wish, secrets, tell as (event: JsonEvent) => void),
      stopSharing: () => {
        this.#sharing.stop();
        return Promise.resolve(null);
      },
      keyState: ({ demo }) => this.#sharing.keyState(demo),
    };
    return answers[name](parameters);
  }

  private async search({ text, kind }: PanelQuestions["search"]["parameters"]): Promise<Entry[]> {
    const damir = await this.connected();
    return damir
      .search(text, { limit: mostFound, ...(kind ? { sorte: kind } : {}) })
      .rows.map((row) => ({ ...row }));
  }

  private async describe({ name, code }: PanelQuestions["describe"]["parameters"]): Promise<EntryPage> {
    const damir = await this.connected();
    return damir.describe(name, code).content();
  }

  private async state(): Promise<StoreState> {
    const datasets = catalogueStates();
    const downloads = {
      ...(this.#download && { download: runningDownload(this.#download) }),
      ...(this.#ended && { ended: this.#ended }),
    };
    const url = process.env["DAMIR_URL"];
    if (url !== undefined && url !== "") {
      const damir = await this.connected();
      const tables = damir
        .tables()
        .rows.map(({ table, contenu, lignes, periode, donnees }): StoreTableState => {
          const months = periode.split(" à ").filter((month) => month !== "");
          return {
            name: table,
            title: contenu,
            rows: lignes,
            months,
            bytes: 0,
            synthetic: donnees === "synthétiques",
          };
        });
      return {
        server: readServerAddress(url).shown,
        home: this.home,
        tables,
        bytes: 0,
        datasets,
        ...downloads,
      };
    }
    const { store, sample } = await listStore(this.home);
    const imported = store.tables ?? [];
    const names = new Set(imported.map(({ name }) => name));
    const seen = [...imported, ...(sample.tables ?? []).filter(({ name }) => !names.has(name))];
    const free = await freeBytes(this.home);
    return {
      home: this.home,
      tables: seen.filter(({ reference }) => !reference).map(tableState),
      bytes: imported.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(free === undefined ? {} : { free }),
      datasets,
      ...downloads,
    };
  }

  private async plan({ dataset, periods }: PullWish): Promise<PullAnnouncement> {
    const plans: JsonEvent[] = [];
    const words = ["data", "pull", dataset, ...periods, "--dry-run", "--json", "--home", this.home];
    const end = await new DamirProcess(words, (event) => {
      if (event.event === "plan") plans.push(event);
    }).ended;
    const [plan] = plans;
    if (end.code !== 0 || !plan) throw new UserError(end.said || unheard);
    const { files, missing, bytes, disk } = plan as unknown as PlanFacts;
    return { files, missing, bytes, disk, estimated: files.some(({ estimated }) => estimated) };
  }

  private async pull({ dataset, periods }: PullWish, tell: (event: PullEvent) => void): Promise<PullResult> {
    if (this.#download)
      throw new UserError("Un téléchargement est déjà en cours : attendez sa fin, ou annulez-le.");
    let imported = 0;
    const progress = new Map<string, number>();
    const words = ["data", "pull", dataset, ...periods, "--json", "--home", this.home];
    const process = new DamirProcess(words, (event) => {
      if (event.event === "imported") imported += 1;
      if (event.event !== "imported" && event.event !== "progress") return;
      const told = event as unknown as PullEvent;
      if (told.event === "progress") progress.set(told.name, told.total > 0 ? told.done / told.total : 1);
      tell(told);
    });
    this.#download = { dataset, process, progress };
    this.#ended = undefined;
    try {
      const { code, said } = await process.ended;
      this.#ended = {
        cancelled: process.interrupted && code !== 0,
        imported,
        message: code === 0 ? "" : said || unheard,
        complete: code === 0,
      };
      return this.#ended;
    } finally {
      this.#download = undefined;
      if (imported > 0) await this.forget();
    }
  }

  private cancel(): void {
    this.#download?.process.interrupt();
  }

  private connected(): Promise<Damir> {
    this.#damir ??= connect(process.env["DAMIR_URL"] ? {} : { home: this.home });
    this.#damir.catch(() => (this.#damir = undefined));
    return this.#damir;
  }

  /** The next question sees what was imported. */
  private async forget(): Promise<void> {
    const old = this.#damir;
    this.#damir = undefined;
    await (await old?.catch(() => undefined))?.close();
  }
}

/** A download that goes on. */
interface Download {
  readonly dataset: string;
  readonly process: DamirProcess;
  /** Share done of each file heard of, by name. */
  readonly progress: ReadonlyMap<string, number>;
}

function runningDownload({ dataset, progress }: Download): RunningDownload {
  const files = [...progress].map(([name, share]) => ({ name, share })).filter(({ share }) => share < 1);
  return { dataset, files };
}

/** The event `plan` of `damir data pull --json`. */
interface PlanFacts extends Omit<PullAnnouncement, "files" | "estimated"> {
  readonly files: readonly (PullAnnouncement["files"][number] & { readonly estimated: boolean })[];
}

const mostFound = 40;
const unheard =
  "La commande « damir data pull » s'est arrêtée sans rien dire. Relancez-la dans un terminal pour en voir la cause.";

async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    // The folder isn't there yet, or its disk doesn't tell: the download itself says when there is too little.
    return undefined;
  }
}

function tableState({
  name,
  title,
  synthetic,
  rows,
  bytes,
  months,
  years,
  updated,
  importedAt,
}: InventoryTable): StoreTableState {
  return {
    name,
    title,
    synthetic,
    rows,
    bytes,
    months,
    ...(years ? { years } : {}),
    ...(updated === undefined ? {} : { updated }),
    ...(importedAt === undefined ? {} : { importedAt }),
  };
}

function catalogueStates(): DatasetState[] {
  return [...readCatalogue().values()]
    .filter(({ format }) => format.lecteur in readers)
    .map(({ id, titre, page, periode, tailles }) => ({
      id,
      title: titre,
      page,
      step: periode.pas,
      since: periode.pas === "aucune" ? "" : periode.debut,
      needsPeriod: periode.pas !== "aucune" && periode.obligatoire,
      fileBytes: tailles.fichier,
    }));
}
