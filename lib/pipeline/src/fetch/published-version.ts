import type { BegunDownload } from "./download-record.js";
import type { HttpResponse } from "./http-client.js";
import { dayOf, isSameVersion, type RemoteFile } from "./remote-file.js";

/** The version of a file that an answer shows. */
export function versionOf(answer: HttpResponse, remote: RemoteFile, url: string): BegunDownload {
  const [etag, lastModified] = [answer.header("etag"), answer.header("last-modified")];
  const updated = remote.updated ?? dayOf(lastModified);
  const total = /\/(\d+)$/.exec(answer.header("content-range") ?? "")?.[1] ?? answer.header("content-length");
  return {
    // A session's link is worth nothing tomorrow, and a redirect leads to where the file is today.
    url: url.replace(/([?&])token=[^&]*&?/, "$1"),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(updated === undefined ? {} : { updated }),
    ...(total !== undefined && /^\d+$/.test(total) && answer.status !== 304 ? { bytes: Number(total) } : {}),
  };
}

/** True when an answer says anything that tells versions apart. */
export function hasVersion({ etag, lastModified, bytes }: BegunDownload): boolean {
  return etag !== undefined || lastModified !== undefined || bytes !== undefined;
}

/** What `If-Range` accepts: a weak etag proves nothing of the bytes. */
export function validatorOf({ etag, lastModified }: BegunDownload): string | undefined {
  return etag !== undefined && !etag.startsWith("W/") ? etag : lastModified;
}

/** True when a partial answer is the rest of what was begun. */
export function continues(
  answer: HttpResponse,
  now: BegunDownload,
  begun: BegunDownload,
  from: number,
): boolean {
  const start = /^bytes (\d+)-/.exec(answer.header("content-range") ?? "")?.[1];
  return start === String(from) && now.bytes === begun.bytes && isSameVersion(begun, now);
}

/** True for a web page: what a stale link answers with status 200. */
export function isPage(answer: HttpResponse): boolean {
  return /^text\/html/i.test(answer.header("content-type") ?? "");
}
