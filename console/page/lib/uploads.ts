import { announce } from './announce.ts';
import { putObject } from './call.ts';
import type { FileToUpload, UnreadableFile } from './dropped-files.ts';
import { createStore } from './store.ts';

/** What is being uploaded; it goes on while another view is shown. */
export interface Uploads {
  readonly bucket: string;
  readonly files: number;
  readonly done: number;
  /** Of all files, and those that were sent. */
  readonly bytes: number;
  readonly sent: number;
  readonly failed: number;
  /** The first of those that failed. */
  readonly failures: readonly Failure[];
  readonly running: boolean;
}

interface Failure {
  readonly key: string;
  readonly why: string;
}

/** Files that are sent at once; the browser itself has six connections. */
const AT_ONCE = 3;
/** Failures are named up to here, then counted. */
const NAMED_FAILURES = 50;

export const uploads = createStore<Uploads | undefined>(undefined);

interface Waiting extends FileToUpload {
  readonly bucket: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

const waiting: Waiting[] = [];
let workers = 0;
let given = new AbortController();

/** Stores each file under the prefix and its path, as the identity `uploader`. */
export function upload(bucket: string, prefix: string, files: readonly (FileToUpload | UnreadableFile)[]): void {
  if (files.length === 0) return;
  // What is chosen after others were canceled is not canceled with them.
  if (given.signal.aborted) given = new AbortController();
  if (workers === 0) {
    uploads.set({ bucket, files: 0, done: 0, bytes: 0, sent: 0, failed: 0, failures: [], running: true });
  }
  change((now) => ({ ...now, bucket, files: now.files + files.length }));
  for (const each of files) {
    const key = `${prefix}${each.path}`;
    if ('why' in each) fail({ key, why: each.why });
    else {
      waiting.push({ ...each, bucket, key, signal: given.signal });
      change((now) => ({ ...now, bytes: now.bytes + each.file.size }));
    }
  }
  while (workers < AT_ONCE && waiting.length > 0) void work();
  if (workers === 0) end();
}

/** What was stored stays. */
export function cancelUploads(): void {
  for (const { key } of waiting.splice(0)) fail({ key, why: CANCELED });
  given.abort();
}

const CANCELED = 'canceled';

export const forgetUploads = () => uploads.set(undefined);

async function work(): Promise<void> {
  workers += 1;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
  workers -= 1;
  if (workers === 0) end();
}

function end(): void {
  change((now) => ({ ...now, running: false }));
  const { done = 0, files = 0, failed = 0 } = uploads.get() ?? {};
  announce(`${done} of ${files} files uploaded${failed > 0 ? `, ${failed} failed` : ''}`);
}

async function send({ bucket, key, file, signal }: Waiting): Promise<void> {
  let loaded = 0;
  const onProgress = (now: number) => {
    // The browser counts the end of the request twice at times.
    const more = Math.min(now, file.size) - loaded;
    loaded += more;
    change((state) => ({ ...state, sent: state.sent + more }));
  };
  try {
    const input = { Bucket: bucket, Key: key, ...(file.type !== '' && { ContentType: file.type }) };
    await putObject(input, file, { onProgress, signal });
    onProgress(file.size);
    change((now) => ({ ...now, done: now.done + 1 }));
  } catch (fault) {
    fail({ key, why: signal.aborted ? CANCELED : (fault as Error).message });
  }
}

function fail(failure: Failure): void {
  change(({ failed, failures, ...now }) => ({
    ...now,
    failed: failed + 1,
    failures: failures.length < NAMED_FAILURES ? [...failures, failure] : failures,
  }));
}

function change(to: (now: Uploads) => Uploads): void {
  const now = uploads.get();
  if (now !== undefined) uploads.set(to(now));
}
