import { GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { pMapIterable } from 'p-map';
import { isTrusted } from '../../domain/gate/trusted.ts';
import { type ListedObject, type LookAtObjects, type Looked, WITHOUT } from '../../domain/report/looked.ts';
import { passes } from '../../domain/rescan/strategy.ts';
import { taggedVerdict } from '../../domain/tagged-verdict.ts';
import { listedPages } from './listing.ts';

/** The SDK opens no more connections at once than 50. */
const AT_ONCE = 48;
/** Objects whose tags were read and that wait for one before them: an object that is throttled holds up no other. */
const AHEAD = 4 * AT_ONCE;

/**
 * Reads the tags of everything that a bucket holds, in the order of its listing: memory does not grow with the bucket.
 * @throws what the SDK throws, also when the signal is aborted
 */
export const lookAtObjects =
  (s3: S3Client): LookAtObjects =>
  (options) => {
    const { bucket: Bucket, filters, dialect, signal, onRequest } = options;

    async function* objects(): AsyncGenerator<ListedObject> {
      const listing = { ...options, onRequest: () => onRequest('list') };
      for await (const page of listedPages(s3, listing, signal)) yield* page.objects;
    }

    async function look(object: ListedObject): Promise<Looked> {
      const { key: Key, versionId: VersionId, size } = object;
      const trusted = isTrusted(Key, filters.trusted ?? []);
      if (!trusted && !passes(Key, filters)) return { ...object, kind: 'without', why: WITHOUT.filtered };
      // An empty object with such a name is how consoles show a folder.
      if (size === 0 && Key.endsWith('/')) return { ...object, kind: 'without', why: WITHOUT.folder };
      onRequest('tags');
      try {
        const command = new GetObjectTaggingCommand({ Bucket, Key, VersionId });
        const { TagSet = [] } = await s3.send(command, { abortSignal: signal });
        const tags = new Map(TagSet.map(({ Key: key = '', Value = '' }) => [key, Value]));
        const verdict = taggedVerdict(tags, dialect);
        // A verdict from before, or from a scan by hand, counts.
        if (trusted && verdict.status === null) return { ...object, kind: 'without', why: WITHOUT.trusted };
        return { ...object, kind: 'tagged', ...verdict };
      } catch (fault) {
        const { name, message } = fault as Error;
        if (GONE.has(name)) return { ...object, kind: 'without', why: WITHOUT.gone };
        if (name === 'AccessDenied') return { ...object, kind: 'denied', cause: `${name}: ${message}` };
        throw fault;
      }
    }

    return pMapIterable(objects(), look, { concurrency: AT_ONCE, backpressure: AHEAD });
  };

/** The last is of a key whose current version is a delete marker. */
const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed']);
