import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ChangedMeanwhile, contentType, type SiteFiles } from "./site-files.js";

/**
 * Files of a site kept in a bucket, where others may write at any moment.
 * @param prefix folder of the bucket where the site is, with its final slash; nothing for its root
 */
export function s3Files(client: S3Client, Bucket: string, prefix: string): SiteFiles {
  /** By path, the version that was last read; undefined where there was none. */
  const read = new Map<string, string | undefined>();
  return {
    exclusive: false,
    async listNamed(name) {
      const found: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            ...(prefix === "" ? {} : { Prefix: prefix }),
            ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
          }),
        );
        for (const { Key = "" } of page.Contents ?? []) {
          const path = Key.slice(prefix.length);
          if (path.endsWith(`/${name}`) && path.split("/").length === 2) found.push(path);
        }
        ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined);
      return found;
    },
    async read(path) {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key: `${prefix}${path}` }));
        read.set(path, ETag);
        return await Body?.transformToByteArray();
      } catch (error) {
        if (!(error instanceof S3ServiceException && error.name === "NoSuchKey")) throw error;
        read.set(path, undefined);
        return undefined;
      }
    },
    async write(path, content, unlessChanged = false) {
      const object = {
        Bucket,
        Key: `${prefix}${path}`,
        Body: content,
        ContentType: contentType(path),
        // A page published again is read at once.
        CacheControl: "no-cache",
      };
      if (!unlessChanged || !read.has(path)) {
        await client.send(new PutObjectCommand(object));
        return;
      }
      const seen = read.get(path);
      try {
        await client.send(
          new PutObjectCommand({
            ...object,
            ...(seen === undefined ? { IfNoneMatch: "*" } : { IfMatch: seen }),
          }),
        );
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        // 404: what we had read was deleted.
        if (status === 412 || status === 409 || (status === 404 && seen !== undefined)) {
          throw new ChangedMeanwhile(path, { cause: error });
        }
        // A service that doesn't know of conditions says so, or ignores them.
        if (status !== 501) throw error;
        await client.send(new PutObjectCommand(object));
      }
    },
  };
}
