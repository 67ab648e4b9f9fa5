import { announce } from './announce.ts';
import { putObject } from './call.ts';
import type { FileToUpload } from './dropped-files.ts';
import { createStore } from './store.ts';

/** What is being uploaded; it goes on while another view is shown. */
export interface Uploads {
  readonly bucket: string;
  readonly files: number;
  readonly done: number;
  /** Of all files, and those that were sent. */
  readonly bytes: number;
  readonly sent: number;
  readonly failed: readonly { readonly key: string; readonly why: string }[];
  readonly running: boolean;
}

/** Files that are sent at once; the browser itself has six connections. */
const AT_ONCE = 3;
/** Failures are named up to here, then counted. */
const NAMED_FAILURES = 50;

export const uploads = createStore<Uploads | undefined>(undefined);

interface Waiting extends FileToUpload {
  readonly bucket: string;
  readonly key: string;
}

const waiting: Waiting[] = [];
let workers = 0;
let given = new AbortController();

/** Stores each file under the prefix and its path, as the identity `uploader`. */
export function upload(bucket: string, prefix: string, files: readonly FileToUpload[]): void {
  if (files.length === 0) return;
  if (workers === 0) {
    given = new AbortController();
    uploads.set({ bucket, files: 0, done: 0, bytes: 0, sent: 0, failed: [], running: true });
  }
  waiting.push(...files.map((each) => ({ ...each, bucket, key: `${prefix}${each.path}` })));
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  change((now) => ({ ...now, bucket, files: now.files + files.length, bytes: now.bytes + bytes }));
  while (workers < Math.min(AT_ONCE, waiting.length)) {
    workers += 1;
    void work();
  }
}

/** What was stored stays. */
export function cancelUploads(): void {
  waiting.length = 0;
  given.abort();
}

export const forgetUploads = () => uploads.set(undefined);

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
  workers -= 1;
  if (workers > 0) return;
  change((now) => ({ ...now, running: false }));
  const { done = 0, files = 0, failed = [] } = uploads.get() ?? {};
  announce(`${done} of ${files} files uploaded${failed.length > 0 ? `, ${failed.length} failed` : ''}`);
}

async function send({ bucket, key, file }: Waiting): Promise<void> {
  let loaded = 0;
  const onProgress = (now: number) => {
    // The browser counts the end of the request twice at times.
    const more = Math.min(now, file.size) - loaded;
    loaded += more;
    change((state) => ({ ...state, sent: state.sent + more }));
  };
  try {
    const input = { Bucket: bucket, Key: key, ...(file.type !== '' && { ContentType: file.type }) };
    await putObject(input, file, { onProgress, signal: given.signal });
    onProgress(file.size);
    change((now) => ({ ...now, done: now.done + 1 }));
  } catch (fault) {
    const why = given.signal.aborted ? 'canceled' : (fault as Error).message;
    change((now) => ({ ...now, failed: [...now.failed, { key, why }].slice(-NAMED_FAILURES) }));
  }
}

function change(to: (now: Uploads) => Uploads): void {
  const now = uploads.get();
  if (now !== undefined) uploads.set(to(now));
}
