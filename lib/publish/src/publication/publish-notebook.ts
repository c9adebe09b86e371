import { UserError } from "damir";
import { checkNotebook } from "../check/check-notebook.js";
import type { CheckReport } from "../check/check-report.js";
import { identityOf } from "../check/notebook-identity.js";
import { readNotebook } from "../check/read-notebook.js";
import type { HostedPage, PageClaim } from "../hosting/published-page.js";
import { faultOfAddress, requireGoodCard, type ReuseCard } from "../reuse/card.js";
import { DatagouvClient } from "../reuse/datagouv-client.js";
import { DryRunTransport } from "../reuse/dry-run.js";
import { publishReuse } from "../reuse/publish-reuse.js";
import { explained, isUncertain } from "../reuse/refusal.js";
import { HttpTransport } from "../reuse/transport.js";
import { cardOf, madePage } from "./made-page.js";
import { forksOf, slugOf } from "./page-identity.js";
import type { PublishStep } from "./publish-event.js";
import type { CardOptions, PublishEffects, PublishOptions, PublishOutcome } from "./publish-options.js";
import { waitUntilServed } from "./served-page.js";

/**
 * Publishes a notebook: checks it, makes its page, puts the page on its site, waits until it shows there, then writes its card. Nothing
 * is written anywhere before the page and the card are both ready; what fails later leaves what was done, and a second run goes on
 * from it.
 * @param path the `.ipynb`
 * @throws UserError when it can't be published, with what is left and what to do; the event `failed` says the same
 */
export async function publishNotebook(
  path: string,
  options: PublishOptions,
  effects: PublishEffects,
): Promise<PublishOutcome> {
  const steps = new Steps(effects);
  try {
    return await run(path, options, effects, steps);
  } catch (error) {
    if (error instanceof UserError) {
      const { current } = steps;
      effects.report({
        event: "failed",
        ...(current === undefined ? {} : { step: current }),
        message: error.message,
      });
    }
    throw error;
  }
}

async function run(
  path: string,
  options: PublishOptions,
  effects: PublishEffects,
  steps: Steps,
): Promise<PublishOutcome> {
  const { host, card, draft = false, dryRun = false } = options;
  const notebook = readNotebook(path);
  const { author } = identityOf(notebook, options);
  const slug = options.slug ?? slugOf(path);
  const claim: PageClaim = {
    slug,
    forks: forksOf(notebook),
    draft,
    ...(author === undefined ? {} : { author }),
  };
  const address = host.addressOf(slug);
  const patience = host.patience === undefined ? 0 : (options.patience ?? host.patience);
  const hosting = { replace: options.replace ?? false };
  const withCard =
    card !== undefined && faultOfAddress(address) === undefined && (card.key !== undefined || dryRun);
  const planned: PublishStep[] = ["check", "render"];
  if (!dryRun) planned.push("host");
  if (!dryRun && patience > 0) planned.push("wait");
  if (withCard) planned.push("card");
  effects.report({
    event: "plan",
    notebook: path,
    slug,
    address,
    steps: planned,
    draft,
    dryRun,
    ...(withCard ? { site: siteName(card) } : {}),
  });

  const note = (text: string) => {
    steps.note(text);
  };
  const day = effects.now().toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
  const { report, record } = await steps.during("check", "Contrôle du notebook", async () => {
    // Before minutes of calculation: the site takes the page, and the card's site knows the key.
    const found = await host.find(claim, hosting);
    if (withCard && !dryRun) await requireGoodKey(card, steps, effects);
    const checked = await checkNotebook(path, {
      ...options,
      today: day,
      progress: (done, total) => {
        effects.report({ event: "progress", step: "check", done, total });
      },
    });
    for (const finding of checked.findings) effects.report({ event: "finding", ...finding });
    requirePublishable(checked);
    return { value: { report: checked, record: found }, text: checkedText(checked) };
  });

  const { page, ready } = await steps.during("render", "Composition de la page", async () => {
    const made = await madePage(report, claim, options, day, record);
    const bytes = Buffer.byteLength(made.html);
    const { title, version } = made;
    effects.report({ event: "page", title, version, bytes, synthetic: report.synthetic });
    const reason = card && whyNoCard(address, card, report, dryRun);
    if (reason !== undefined) steps.note(reason);
    const sent = card && reason === undefined ? cardOf(made, address, report, options) : undefined;
    if (sent) readyCard(sent, { draft: draft && card?.site.demo === true });
    return {
      value: { page: made, ready: sent },
      text: `Page « ${title} », version ${version}, ${kilobytes(bytes)}`,
    };
  });

  const summary = summaryOf(page, address, report, ready, card, draft);
  if (dryRun) {
    note(summary);
    if (card && ready) {
      const written = { draft, restore: card.restore ?? false };
      await steps.during("card", `Requêtes à ${siteName(card)}`, async () => {
        await onSite(
          card,
          effects,
          (client) => publishReuse(ready, client, card.site, note, written),
          (text) => {
            effects.report({ event: "request", text });
          },
        );
        return { value: undefined, text: "Rien n'a été envoyé" };
      });
    }
    effects.report({ event: "done", address, next: ["Essai à blanc : rien n'est publié."] });
    return {};
  }

  // A folder of this machine is nobody else's affair.
  const local = host.patience === undefined;
  if (!local && !(await effects.agree(summary))) {
    throw new UserError("Rien n'est publié : vous n'avez pas donné votre accord.");
  }
  const outcome = await steps.during("host", `Mise en ligne à ${address}`, async () => {
    const hosted = await host.publish(page, effects.now(), hosting);
    effects.report({ event: "hosted", ...hosted });
    const text = hosted.changed ? `Page déposée : ${hosted.address}` : "Le site avait déjà cette page";
    return { value: hosted, text };
  });
  if (patience > 0) {
    await steps.during("wait", "Attente de la page à son adresse", async () => {
      await waitUntilServed(address, page.html, patience, host.whereToLook, effects);
      return { value: undefined, text: "La page se lit à son adresse" };
    });
  }
  if (!ready || !card) {
    effects.report({ event: "done", address, next: whatIsLeft(address, card, report) });
    return { hosting: outcome };
  }
  const written = { draft, restore: card.restore ?? false };
  const reuse = await steps.during("card", `Fiche sur ${siteName(card)}`, async () => {
    const sent = await onSite(card, effects, (client) =>
      publishReuse(ready, client, card.site, note, written),
    );
    effects.report({ event: "card", ...sent });
    const state = sent.public ? "publique" : "en brouillon";
    return {
      value: sent,
      text: `Fiche ${sent.created ? "créée" : "mise à jour"}, ${state} : ${sent.page}`,
    };
  });
  effects.report({
    event: "done",
    address,
    card: reuse.page,
    next: reuse.public
      ? []
      : [
          "La fiche est un brouillon, que vous seul voyez : relisez-la, puis publiez de nouveau sans --draft.",
        ],
  });
  return { hosting: outcome, card: reuse };
}

/** Tells the steps as they begin and end, and remembers which is under way. */
class Steps {
  current: PublishStep | undefined;

  constructor(private readonly effects: PublishEffects) {}

  async during<Value>(
    step: PublishStep,
    text: string,
    work: () => Promise<{ value: Value; text: string }>,
  ): Promise<Value> {
    this.current = step;
    this.effects.report({ event: "step", step, state: "begun", text });
    const done = await work();
    this.effects.report({ event: "step", step, state: "done", text: done.text });
    return done.value;
  }

  note(text: string): void {
    this.effects.report({ event: "note", step: this.current ?? "check", text });
  }
}

const siteName = ({ site }: CardOptions) => new URL(site.web).host;

/**
 * Speaks to the card's site.
 * @param show takes each request instead of the site, but for those that only read
 */
async function onSite<Value>(
  { site, key }: CardOptions,
  { env, wait }: PublishEffects,
  work: (client: DatagouvClient) => Promise<Value>,
  show?: (request: string) => void,
): Promise<Value> {
  const real = new HttpTransport(site, key, env);
  const transport = show ? new DryRunTransport(real, site, key !== undefined, show) : real;
  try {
    return await work(new DatagouvClient(transport, wait));
  } finally {
    await real.close();
  }
}

/** A key that the site doesn't know is better told now than once the page is public. */
async function requireGoodKey(card: CardOptions, steps: Steps, effects: PublishEffects): Promise<void> {
  try {
    await onSite(card, effects, (client) => client.mine());
  } catch (error) {
    if (!isUncertain(error)) {
      throw explained(error, "la vérification de votre clé", "Rien n'est publié.", card.site);
    }
    steps.note(
      `${siteName(card)} ne répond pas pour le moment : la page sera publiée, la fiche s'il répond alors.`,
    );
  }
}

function requirePublishable({ publishable, findings }: CheckReport): void {
  if (publishable) return;
  const errors = findings.filter(({ severity }) => severity === "erreur");
  const listed = errors.map(
    ({ cell, text, remedy }) => `- ${cell === undefined ? "" : `cellule ${cell} : `}${text} ${remedy}`,
  );
  throw new UserError(`Le contrôle refuse ce notebook, rien n'est publié :\n${listed.join("\n")}`);
}

function checkedText({ findings, sources }: CheckReport): string {
  const warnings = findings.filter(({ severity }) => severity === "avertissement").length;
  const read = sources.map(({ table }) => table).join(", ");
  return `Contrôle fait : ${warnings === 0 ? "rien à signaler" : `${warnings} avertissement${warnings > 1 ? "s" : ""}`}${read === "" ? "" : ` ; tables lues : ${read}`}`;
}

/** Why there is no card though one was wanted; undefined where there will be one. */
function whyNoCard(
  address: string,
  card: CardOptions,
  { synthetic }: CheckReport,
  dryRun: boolean,
): string | undefined {
  const fault = faultOfAddress(address);
  if (fault !== undefined) return `Pas de fiche sur ${siteName(card)} : ${fault}.`;
  if (synthetic && !card.site.demo) {
    return `Pas de fiche sur ${siteName(card)} : les données sont synthétiques. L'essai se fait sur le site de démonstration (--demo).`;
  }
  return card.key || dryRun ? undefined : `Pas de fiche sur ${siteName(card)} : il y faut une clé.`;
}

function whatIsLeft(address: string, card: CardOptions | undefined, { synthetic }: CheckReport): string[] {
  if (!card || faultOfAddress(address) !== undefined || (synthetic && !card.site.demo)) return [];
  const { web } = card.site;
  return [
    `Pour la fiche : faites une clé sur ${web}admin/me/profile (« Clés d'API »), donnez-la par ${card.site.demo ? "DATAGOUV_DEMO_API_KEY" : "DATAGOUV_API_KEY"}, puis relancez la même commande : la page ne sera pas publiée deux fois.`,
    `Ou remplissez-la vous-même sur ${web} (Publier, puis une réutilisation), avec l'adresse ${address}.`,
  ];
}

function readyCard(card: ReuseCard, options: { draft: boolean }): void {
  try {
    requireGoodCard(card, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message}\nLa page n'est pas publiée non plus. Pour publier la page seule : --no-card.`,
      { cause: error },
    );
  }
}

function summaryOf(
  { title, version }: HostedPage,
  address: string,
  { findings, synthetic }: CheckReport,
  ready: ReuseCard | undefined,
  card: CardOptions | undefined,
  draft: boolean,
): string {
  const warnings = findings.filter(({ severity }) => severity === "avertissement").length;
  const lines = [
    `« ${title} », version ${version}${draft ? ", brouillon" : ""}${synthetic ? ", données SYNTHÉTIQUES" : ""}`,
    `page : ${address}`,
  ];
  if (ready && card) {
    const datasets = ready.datasets.map((dataset) => dataset.title).join(" ; ");
    lines.push(
      `fiche : ${siteName(card)}, ${draft ? "en brouillon" : "publique"}${ready.organization === undefined ? "" : `, au nom de ${ready.organization}`}`,
      `jeux liés, dont les producteurs sont prévenus${draft ? ", même d'un brouillon" : ""} : ${datasets}`,
    );
  }
  if (warnings > 0) lines.push(`avertissements du contrôle : ${warnings}, à relire plus haut`);
  return lines.join("\n");
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString("fr-FR")} ko`;
}
