import type { ShareSecrets, ShareWish } from "@atelier-damir/cli/panel";

/** What a person types in the dialog. */
export interface ShareForm extends Omit<ShareWish, "action" | "notebook" | "tags"> {
  /** Separated by commas. */
  readonly tags: string;
}

/** Nothing typed yet. */
export const emptyForm: ShareForm = {
  to: "git",
  folder: "",
  repository: "",
  remote: "",
  branch: "",
  bucket: "",
  endpoint: "",
  region: "",
  path: "",
  address: "",
  author: "",
  email: "",
  licence: "Licence Ouverte 2.0",
  draft: true,
  saved: false,
  replace: false,
  card: true,
  demo: false,
  organization: "",
  tags: "",
  keepKey: false,
};

/** Nothing secret. */
export const noSecrets: ShareSecrets = { key: "", accessKey: "", secretKey: "" };

const storageKey = "atelier-damir:share";

/** What was typed the last time on this machine, secrets and one notebook's own words left out. */
export function rememberedForm(): ShareForm {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Partial<ShareForm>;
    const known = Object.entries(kept).filter(
      ([name, value]) => name in emptyForm && typeof value === typeof emptyForm[name as keyof ShareForm],
    );
    return { ...emptyForm, ...(Object.fromEntries(known) as Partial<ShareForm>) };
  } catch {
    // Storage that is closed or holds something else: nothing is remembered.
    return emptyForm;
  }
}

/** Keeps what one types again and again. */
export function rememberForm(form: ShareForm): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ ...form, tags: "", replace: false, keepKey: false }));
  } catch {
    // Storage that is closed: it is typed again.
  }
}

/** The wish that a form makes. */
export function wishOf(form: ShareForm, action: ShareWish["action"], notebook: string): ShareWish {
  const tags = form.tags.split(",").flatMap((tag) => (tag.trim() === "" ? [] : [tag.trim()]));
  return { ...form, action, notebook, tags };
}

/** Name of the first field that must be filled before one goes on; undefined when all are. */
export function missingField(form: ShareForm): "folder" | "repository" | "bucket" | undefined {
  const needed = { folder: "folder", git: "repository", s3: "bucket" } as const;
  const name = needed[form.to];
  return form[name].trim() === "" ? name : undefined;
}
