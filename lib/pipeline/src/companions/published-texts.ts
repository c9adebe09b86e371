import type { StoreSource } from "damir";
import type { FileOrigin, ReceivedFile } from "../dataset-reader.js";
import type { PipelineEffects } from "../effects.js";
import type { TextSource } from "../formats/text-source.js";
import type { Fingerprint } from "../published-file.js";

/** What the manifest says of a published file. */
export function storeSource(
  fingerprint: Fingerprint,
  origin: FileOrigin | undefined,
  effects: PipelineEffects,
): StoreSource {
  return { ...fingerprint, ...origin, importedAt: effects.now().toISOString() };
}

/** Shows how far the reading of a text is. */
export function progressOf(source: TextSource, effects: PipelineEffects): (read: number) => void {
  return (read) => {
    effects.progress(`Lecture de ${source.name}`, read, source.bytes);
  };
}

/** Spread into an object: nothing where a file has no origin. */
export function originOf(file: ReceivedFile): { origin?: FileOrigin } {
  return file.origin === undefined ? {} : { origin: file.origin };
}
