import type { UploadVerdict } from '../protocol.ts';
import { askServer } from './ask-server.ts';
import { UploadFailed } from './upload-failed.ts';

export interface WaitOptions {
  /** Where the server serves tickets: `/uploads`. */
  readonly ticketUrl: string;
  readonly signal?: AbortSignal;
  /** For how long to wait for the verdict; default: 10 minutes. */
  readonly timeoutSeconds?: number;
}

const TEN_MINUTES_SECONDS = 600;
const STREAM_OPENS_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 2_000;

/**
 * For an upload that this page, or an earlier one, has made.
 * @throws UploadFailed: `no-verdict` when the time is over, with the ticket to ask again
 */
export async function waitForVerdict(ticket: string, options: WaitOptions): Promise<UploadVerdict> {
  const { ticketUrl, signal, timeoutSeconds = TEN_MINUTES_SECONDS } = options;
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const end = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const query = new URLSearchParams({ ticket });
  try {
    const streamed = await fromStream(`${ticketUrl}/events?${query}`, end);
    return streamed ?? (await byPolling(`${ticketUrl}/verdict?${query}`, end));
  } catch (fault) {
    signal?.throwIfAborted();
    if (!timeout.aborted) throw fault;
    throw new UploadFailed({
      code: 'no-verdict',
      message: 'The file is not scanned yet.',
      remedy: 'Look again later: the file need not be uploaded again.',
      ticket,
    });
  }
}

/** Undefined when this browser, or a proxy on the way, does not do streams. */
function fromStream(url: string, signal: AbortSignal): Promise<UploadVerdict | undefined> {
  if (typeof EventSource === 'undefined') return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const source = new EventSource(url);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      source.close();
      settle();
    };
    const abort = () => finish(() => reject(signal.reason));
    const timer = setTimeout(() => finish(() => resolve(undefined)), STREAM_OPENS_MILLISECONDS);
    signal.addEventListener('abort', abort);
    if (signal.aborted) return abort();
    source.onopen = () => clearTimeout(timer);
    // The long poll finds out why, and says it.
    source.onerror = () => finish(() => resolve(undefined));
    source.addEventListener('verdict', ({ data }) => finish(() => resolve(JSON.parse(data))));
  });
}

/** Survives what passes by: a server that restarts, a network that is gone for a while. */
async function byPolling(url: string, signal: AbortSignal): Promise<UploadVerdict> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const response = await askServer(url, { signal });
      if (response.status === 200) return await response.json();
    } catch (fault) {
      const passes = fault instanceof UploadFailed && ['server-unreachable', 'server-fault'].includes(fault.code);
      if (!passes) throw fault;
      await delay(RETRY_MILLISECONDS, signal);
    }
  }
}

function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
