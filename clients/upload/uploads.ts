import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { explanationOf } from '../../functions/domain/findings.ts';
import { SCAN_STATUSES } from '../../functions/domain/verdict.ts';
import { acceptFile, LARGEST_PUT_BYTES } from './accepted-file.ts';
import { presignedGet, presignedPut, randomKey } from './presigned.ts';
import type { Ticket, TicketRequest, UploadVerdict } from './protocol.ts';
import { type TaggedVerdict, taggedVerdict } from './tagged-verdict.ts';
import { createTickets } from './tickets.ts';
import { memoryStore, type StoredVerdict, type VerdictStore } from './verdict-store.ts';
import { Waiters } from './waiters.ts';

export interface UploadsOptions {
  /** Its credentials need s3:PutObject, s3:GetObject, s3:GetObjectVersion and s3:GetObjectTagging on the objects. */
  readonly s3: S3Client;
  /** A watched bucket, under the dialect `airlock`. */
  readonly bucket: string;
  /** At least 32 characters that nobody else knows; several while one is replaced, the new one first. */
  readonly secret: string | readonly string[];
  /** The largest file, bytes; at most 5 GiB. */
  readonly maxBytes: number;
  /** Media types such as `application/pdf` or `image/*`; default: the pipeline alone decides. */
  readonly types?: readonly string[];
  /** `sha256`: the browser hashes the file, in memory, and S3 takes no other content. Default: `none`. */
  readonly checksum?: 'none' | 'sha256';
  /** What keys begin with; default: nothing. */
  readonly prefix?: string;
  /** For how long S3 takes the upload; default: 15 minutes. */
  readonly uploadSeconds?: number;
  /** For how long a download URL is good; default: 15 minutes. */
  readonly downloadSeconds?: number;
  /** For how long one may ask for the verdict; default: a day. */
  readonly ticketSeconds?: number;
  /** How often the tags are looked at while somebody waits, for the case that a notification is lost; default: 5. */
  readonly lookEverySeconds?: number;
  /** Default: in this process. */
  readonly store?: VerdictStore;
}

export interface Uploads {
  /** @throws UploadRefused for a file outside the limits */
  issue(file: TicketRequest, user: string): Promise<Ticket>;
  /**
   * A notification that the application has received and whose sender it has checked: the body's JSON.
   * @returns whether it was about an object of this bucket
   */
  verdict(notification: unknown): Promise<boolean>;
  /** @throws UploadRefused for a ticket that is not valid. @returns null while there is no verdict */
  ask(ticket: string, user: string): Promise<UploadVerdict | null>;
  /** The same, once there is one. @returns null only after the signal */
  wait(ticket: string, user: string, signal: AbortSignal): Promise<UploadVerdict | null>;
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** The parts that count; our messages have more, and the topic has messages of other kinds. */
const Notified = z.object({
  bucket: z.string(),
  key: z.string(),
  status: z.enum(SCAN_STATUSES),
  finding: z.string().nullable(),
});

/** @throws Error for options that cannot work */
export function createUploads(options: UploadsOptions): Uploads {
  const { s3, bucket, secret, prefix = '', maxBytes, types, checksum = 'none', store = memoryStore() } = options;
  const { uploadSeconds = 15 * MINUTE_SECONDS, downloadSeconds = 15 * MINUTE_SECONDS } = options;
  const { ticketSeconds = DAY_SECONDS, lookEverySeconds = 5 } = options;
  if (!(maxBytes > 0 && maxBytes <= LARGEST_PUT_BYTES)) {
    throw new Error(`maxBytes is ${maxBytes}: S3 takes 1 to ${LARGEST_PUT_BYTES} bytes in one PUT`);
  }
  const tickets = createTickets(bucket, [secret].flat(), Date.now);
  const waiters = new Waiters();

  /** Tags are believed before any message; CLEAN is believed from tags only. */
  async function verdictOn(key: string): Promise<UploadVerdict | null> {
    const tagged = await taggedVerdict(s3, bucket, key);
    if (tagged !== null) return answer(key, tagged);
    const stored = await store.get(key);
    return stored === undefined ? null : explained(stored);
  }

  async function answer(key: string, { version, ...verdict }: TaggedVerdict): Promise<UploadVerdict> {
    if (verdict.status !== 'CLEAN') return explained(verdict);
    const expires = isoIn(downloadSeconds);
    const url = await presignedGet(s3, bucket, key, version, downloadSeconds);
    return { ...explained(verdict), download: { url, expires } };
  }

  return {
    async issue(request, user) {
      const file = acceptFile(request, { maxBytes, types, checksum });
      const key = randomKey(prefix, file.name);
      const ticket = tickets.seal({ key, user, until: Math.floor(Date.now() / 1000) + ticketSeconds });
      const expires = isoIn(uploadSeconds);
      return { ticket, expires, ...(await presignedPut(s3, bucket, key, file, uploadSeconds)) };
    },

    async verdict(notification) {
      const { data } = Notified.safeParse(notification);
      if (data?.bucket !== bucket || !data.key.startsWith(prefix)) return false;
      const { key, status, finding } = data;
      if (status !== 'CLEAN') await store.set(key, { status, finding });
      waiters.wake(key);
      return true;
    },

    ask: async (ticket, user) => verdictOn(tickets.open(ticket, user).key),

    async wait(ticket, user, signal) {
      const { key } = tickets.open(ticket, user);
      const listening = waiters.listen(key, signal);
      try {
        while (!signal.aborted) {
          const verdict = await verdictOn(key);
          if (verdict !== null) return verdict;
          await listening.next(lookEverySeconds * 1000);
        }
        return null;
      } finally {
        listening.end();
      }
    },
  };
}

const isoIn = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

function explained({ status, finding }: StoredVerdict): UploadVerdict {
  const explanation = explanationOf(status, finding);
  const plain = (text: string | undefined) => (text === undefined ? null : withoutMarkdown(text));
  return { status, finding, meaning: plain(explanation?.meaning), remedy: plain(explanation?.remedy), download: null };
}

/** The explanations are also a table in the documentation. */
const withoutMarkdown = (text: string) => text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
