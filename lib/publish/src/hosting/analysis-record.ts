import { UserError } from "damir";
import { z } from "zod";

/** File beside each analysis of a site: the list and the feed are made from these. */
export const recordName = "analyse.json";

const recordSchema = z.object({
  slug: z.string(),
  title: z.string(),
  summary: z.string(),
  author: z.string().optional(),
  /** Identifier of the fork that was published last; none where the notebook was no fork. */
  fork: z.string().optional(),
  /** Dates of publication, ISO 8601. */
  published: z.iso.datetime(),
  updated: z.iso.datetime(),
  /** From the last to the first. */
  versions: z
    .array(
      z.object({
        version: z.string(),
        date: z.iso.datetime(),
        /** Of the page, to the byte. */
        sha256: z.string(),
        /** The sha256 of its image; none where nothing is drawn. */
        image: z.string().optional(),
        /** True for a version that was not to be taken for a result. */
        draft: z.boolean().optional(),
      }),
    )
    .min(1),
});

/** An analysis of a site, and its versions from the last to the first. */
export type AnalysisRecord = z.output<typeof recordSchema>;

/** One version of an analysis. */
export type RecordedVersion = AnalysisRecord["versions"][number];

/**
 * Reads the record of an analysis.
 * @param path where it is, for the message
 * @throws UserError when it isn't one: it was changed by hand, or comes from elsewhere
 */
export function readRecord(content: Uint8Array, path: string): AnalysisRecord {
  try {
    return recordSchema.parse(JSON.parse(new TextDecoder().decode(content)));
  } catch (cause) {
    throw new UserError(
      `Le fichier ${path} du site ne se lit pas : il a été changé à la main, ou vient d'ailleurs. Remettez-le comme il était, ou enlevez-le et publiez de nouveau l'analyse.`,
      { cause },
    );
  }
}

export function writeRecord(record: AnalysisRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}

/** A day as people read it: 1 mars 2026. */
export function dayInWords(date: string): string {
  return new Date(date).toLocaleDateString("fr-FR", { dateStyle: "long", timeZone: "Europe/Paris" });
}
