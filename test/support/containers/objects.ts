import { createHash } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { createScratch } from '../../../functions/adapters/aws/object-copy.ts';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { NO_HEADERS, type ObjectStore, type OnHeaders } from '../../../functions/domain/ports.ts';
import type { RescanPorts } from '../../../functions/domain/rescan/rescan-object.ts';
import type { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { scanBatch } from '../../../functions/handlers/scan-batch.ts';
import { scanObject } from '../../../functions/handlers/scan-worker.ts';
import { type Scanning, said } from './scanning.ts';

export type Objects = Readonly<Record<string, Buffer>>;

const etag = (content: Buffer) => createHash('md5').update(content).digest('hex');
/** What differs from a policy that allows everything, and what is told of a verdict. */
export interface Asked {
  readonly policy?: Partial<ScanPolicy>;
  readonly tell?: (verdict: Verdict) => string;
}

const policyOf = ({ maxObjectBytes }: Scanning, { policy }: Asked) => ({
  maxObjectBytes,
  allowedTypes: ['*'],
  onInfected: 'tag',
  ...policy,
});

/** These objects behind the ports of both handlers, and where their copies go. */
function stored(scanning: Scanning, objects: Objects) {
  const find = (key: string): Buffer => objects[key] ?? Buffer.alloc(0);
  const readRange = async ({ key }: { key: string }, start: number, end: number, onHeaders?: OnHeaders) => {
    onHeaders?.({ ...NO_HEADERS, contentType: 'binary/octet-stream' });
    return Buffer.from(find(key).subarray(start, end + 1));
  };
  const store = {
    readRange,
    async openRange(...range: Parameters<typeof readRange>) {
      const content = await readRange(...range);
      return (async function* () {
        yield content;
      })();
    },
  } as unknown as ObjectStore;
  const scratch = createScratch(store, { parent: scanning.environment.SCRATCH_DIRECTORY as string });
  return { scratch, ports: { ...scanning.ports, scratch } };
}

/** The verdict on each object, all uploaded at once. */
export async function upload(scanning: Scanning, objects: Objects, asked: Asked = {}): Promise<Record<string, string>> {
  const { scratch, ports } = stored(scanning, objects);
  const { tell = said } = asked;
  const scan = scanObject(ports);
  try {
    const verdicts = Object.entries(objects).map(async ([key, content]) => {
      const object = { key, size: content.length, etag: etag(content) };
      const input = { bucket: 'b', object, policy: policyOf(scanning, asked), type: 'text/plain' };
      return [key, tell(await scan(input, { awsRequestId: key } as Context))] as const;
    });
    return Object.fromEntries(await Promise.all(verdicts));
  } finally {
    scratch.close();
  }
}

/** The verdict on each object of one batch of a rescan. */
export async function rescan(scanning: Scanning, objects: Objects, asked: Asked = {}): Promise<Record<string, string>> {
  const { scratch, ports } = stored(scanning, objects);
  const { tell = said } = asked;
  const store: RescanPorts['store'] = {
    head: async () => {
      throw new Error('not to be called');
    },
    currentTags: async () => ({ tags: {} }),
  };
  const context = { memoryLimitInMB: '3008', getRemainingTimeInMillis: () => 800_000 } as unknown as Context;
  const input = {
    BatchInput: {
      bucket: 'b',
      strategy: 'all',
      window: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
      policy: policyOf(scanning, asked),
      filters: { prefixes: [], suffixes: [] },
    },
    Items: Object.entries(objects).map(([Key, content]) => ({
      Key,
      Etag: `"${etag(content)}"`,
      Size: content.length,
      LastModified: 0,
    })),
  };
  try {
    const { changed } = await scanBatch(ports, store, dialectNamed('airlock'))(input, context);
    return Object.fromEntries(changed.map(({ object, verdict }) => [object.key, tell(verdict)]));
  } finally {
    scratch.close();
  }
}
