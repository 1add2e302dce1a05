/** A store in a bucket of S3, or of anything that speaks its protocol: each name is a key below one prefix. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { S3Place } from './s3-place.ts';
import type { Storage } from './storage.ts';

/** An answer that takes longer than a server of any sort needs for a profile. */
const longestMs = 60_000;

/** Storage in a bucket, which must be there. A `put` that S3 has answered is durable, and each listing that follows has it. */
export function createS3Storage({ bucket, prefix, endpoint, region, credentials, place }: S3Place): Storage {
  const client = new S3Client({
    region,
    // Servers other than Amazon's are rarely known by a name for each bucket, nor do all know its newer checksums.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5000, requestTimeout: longestMs, throwOnRequestTimeout: true },
  });
  const of = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  const pages = (folder: string) =>
    paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${prefix}${folder}/`, Delimiter: '/' });
  const remove = async (name: string) => {
    await client.send(new DeleteObjectCommand(of(name)));
  };
  return {
    place,
    put: async (name, bytes) => {
      await client.send(new PutObjectCommand({ ...of(name), Body: bytes, ContentLength: bytes.length }));
    },
    get: (name) =>
      unlessMissing(async () => {
        const { Body } = await client.send(new GetObjectCommand(of(name)));
        return await Body?.transformToByteArray();
      }),
    has: async (name) => (await unlessMissing(() => client.send(new HeadObjectCommand(of(name))))) !== undefined,
    delete: remove,
    move: async (from, to) => {
      const source = encodeURI(`${bucket}/${prefix}${from}`);
      const copied = await unlessMissing(() => client.send(new CopyObjectCommand({ ...of(to), CopySource: source })));
      if (copied === undefined) return false;
      await remove(from);
      return true;
    },
    list: async (folder) => {
      const names: string[] = [];
      const start = `${prefix}${folder}/`.length;
      for await (const { Contents = [] } of pages(folder))
        for (const { Key = '' } of Contents) if (Key.length > start) names.push(Key.slice(start));
      return names;
    },
    folders: async (folder) => {
      const found: { name: string; stamp: undefined }[] = [];
      const start = `${prefix}${folder}/`.length;
      for await (const { CommonPrefixes = [] } of pages(folder))
        for (const { Prefix = '' } of CommonPrefixes) found.push({ name: Prefix.slice(start, -1), stamp: undefined });
      return found;
    },
    // S3 shows and keeps whole objects only.
    sweep: async () => 0,
    close: async () => client.destroy(),
  };
}

/** What is asked of an object; undefined when there is none. A bucket that is missing is another failure. */
async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    // A HEAD is answered without a body, and so without a code.
    if (error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name)) return undefined;
    throw error;
  }
}
