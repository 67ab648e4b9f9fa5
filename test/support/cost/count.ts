import type { Execution } from '../../../emulator/step-functions/execution.ts';
import type { LoggedByLevel } from '../../../emulator/step-functions/execution-log.ts';
import {
  type ByContent,
  type BySize,
  CONTENTS,
  type Content,
  type Counts,
  type Ending,
  type EndingName,
  type FunctionName,
  SIZES,
  type Size,
  type Workflow,
} from '../../../functions/domain/cost/measurement.ts';
import { eicar, encryptedZip, shellScript } from '../../../local/samples.ts';
import { Airlock, type Put } from '../airlock.ts';
import { contentOf, EXTENSIONS } from './contents.ts';
import { type Observed, Observer } from './observer.ts';

export const BUCKETS = {
  tag: 'uploads',
  quarantine: 'quarantining',
  delete: 'deleting',
  unversioned: 'overwritten',
  copied: 'copying',
};
const MAX_OBJECT_BYTES = 11_000_000;
const AIRLOCK = {
  maxObjectBytes: MAX_OBJECT_BYTES,
  buckets: [
    { name: BUCKETS.tag },
    { name: BUCKETS.quarantine, onInfected: 'quarantine' },
    { name: BUCKETS.delete, onInfected: 'delete' },
    { name: BUCKETS.unversioned, versioned: false },
    { name: BUCKETS.copied, onClean: { copyTo: { bucket: 'clean' } } },
  ],
};
const named = (name: string) => Object.assign(new Error('scripted'), { name });

interface Sample {
  readonly key: string;
  readonly body: Buffer | string;
  readonly bucket?: string;
  readonly fail?: (task: string) => void;
}

const SAMPLES: Readonly<Record<EndingName, Sample>> = {
  clean: { key: 'note.txt', body: 'all is well' },
  'clean, copied': { key: 'note.txt', body: 'all is well', bucket: BUCKETS.copied },
  empty: { key: 'empty.txt', body: '' },
  'infected, tag': { key: 'eicar.txt', body: eicar() },
  'infected, quarantine': { key: 'eicar.txt', body: eicar(), bucket: BUCKETS.quarantine },
  'infected, delete': { key: 'eicar.txt', body: eicar(), bucket: BUCKETS.delete },
  rejected: { key: 'script.txt', body: shellScript() },
  'too large': { key: 'large.txt', body: Buffer.alloc(MAX_OBJECT_BYTES + 1, 'a') },
  unscannable: { key: 'secret.zip', body: encryptedZip() },
  error: {
    key: 'broken.txt',
    body: 'all is well',
    fail: (task) => {
      if (task === 'scan-object') throw named('AccessDenied');
    },
  },
};

const callsOf = (calls: ReadonlyMap<FunctionName, Observed>): Ending['calls'] =>
  Object.fromEntries([...calls].map(([name, { s3, logBytes }]) => [name, { s3, logBytes }]));

export const startCounted = (workflow: Workflow, options: Parameters<typeof Airlock.start>[0] = {}) =>
  Airlock.start({ airlock: { ...AIRLOCK, workflow }, ...options });

/** Uploads one sample of each ending, and counts. */
export async function countEndings(airlock: Airlock, observer: Observer) {
  const endings: Partial<Record<EndingName, Ending>> = {};
  for (const [name, { key, body, bucket, fail }] of Object.entries(SAMPLES)) {
    const put: Put = bucket === undefined ? {} : { bucket };
    endings[name as EndingName] = await count(airlock, observer, key, body, put, fail);
  }
  return endings as Record<EndingName, Ending>;
}

async function count(
  airlock: Airlock,
  observer: Observer,
  key: string,
  body: Buffer | string,
  put: Put = {},
  fail?: Sample['fail'],
): Promise<Ending> {
  observer.begin(fail);
  const upload = await airlock.begin(key, body, { bucket: BUCKETS.tag, ...put });
  const { states, log } = await upload.execution.result;
  const calls = callsOf(observer.end());
  const tags = Object.keys((await airlock.tags(upload)) ?? {}).length;
  return { transitions: states.length + 1, log: bytesOf(log), tags, calls };
}

const bytesOf = ({ ALL, ERROR }: LoggedByLevel) => ({ ALL: ALL.bytes, ERROR: ERROR.bytes });

const getObjects = ({ calls }: Ending, name: FunctionName) => calls[name]?.s3.GetObject ?? 0;

export interface CountOptions {
  /** Without what takes seconds to scan, whose reads are those of the smaller ones: then these are missing. */
  readonly quick?: boolean;
}

const isSlow = (content: Content, size: Size) => content !== 'text' && size === '10 MB';

/** GetObject requests by content and size; no other count depends on them. */
async function countReads(airlock: Airlock, observer: Observer, { quick }: CountOptions): Promise<Counts['reads']> {
  const check: Partial<Record<Content, BySize>> = {};
  const scan: Partial<Record<Content, BySize>> = {};
  for (const content of CONTENTS) {
    const [checked, scanned]: Partial<Record<Size, number>>[] = [{}, {}];
    for (const size of SIZES) {
      if (quick && isSlow(content, size)) continue;
      const body = await contentOf(content, size);
      const ending = await count(airlock, observer, `file-${size}.${EXTENSIONS[content]}`, body);
      if (ending.tags !== 3) throw new Error(`${content} of ${size} is not clean: ${JSON.stringify(ending)}`);
      Object.assign(checked ?? {}, { [size]: getObjects(ending, 'check-file-type') });
      Object.assign(scanned ?? {}, { [size]: getObjects(ending, 'scan-object') });
    }
    check[content] = checked as BySize;
    scan[content] = scanned as BySize;
  }
  return { 'check-file-type': check as ByContent, 'scan-object': scan as ByContent };
}

/** Everything that is the same on every machine, counted in two emulated stacks. */
export async function countAll(options: CountOptions = {}): Promise<Counts> {
  const standard = await inStack('STANDARD', async (airlock, observer) => {
    const endings = await countEndings(airlock, observer);
    const { calls } = await count(airlock, observer, 'note.txt', 'all is well', { bucket: BUCKETS.unversioned });
    const unversioned = Object.fromEntries(Object.entries(calls).map(([name, { s3 }]) => [name, s3]));
    return { endings, unversioned, reads: await countReads(airlock, observer, options) };
  });
  const started: Execution[] = [];
  const express = await inStack(
    'EXPRESS',
    async (airlock, observer) => {
      const endings = await countEndings(airlock, observer);
      const busy = () => {
        let found = false;
        return (task: string) => {
          if (task !== 'scan-object' || found) return;
          found = true;
          throw named('Lambda.TooManyRequestsException');
        };
      };
      started.length = 0;
      observer.begin(busy(), 'start-overflow');
      const upload = await airlock.begin('over.txt', 'all is well', { bucket: BUCKETS.tag });
      const { states, log } = await upload.execution.result;
      while (started.length === 0) await new Promise(setImmediate);
      await started[0]?.result;
      const calls = callsOf(observer.end());
      const overflow = { transitions: states.length + 1, log: bytesOf(log), tags: 0, calls };
      return { endings, overflow };
    },
    { onExecution: (execution, { stateMachine }) => void (stateMachine === 'scan-upload' && started.push(execution)) },
  );
  return {
    endings: { STANDARD: standard.endings, EXPRESS: express.endings },
    overflow: express.overflow,
    unversioned: standard.unversioned,
    reads: standard.reads,
  };
}

async function inStack<T>(
  workflow: Workflow,
  use: (airlock: Airlock, observer: Observer) => Promise<T>,
  options: Parameters<typeof Airlock.start>[0] = {},
): Promise<T> {
  const airlock = await startCounted(workflow, options);
  const observer = new Observer(airlock);
  try {
    return await use(airlock, observer);
  } finally {
    observer.stop();
    await airlock.close();
  }
}
