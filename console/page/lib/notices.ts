import type { Notice } from '../../server/operations/table.ts';
import { ask } from './call.ts';

/** What the page keeps; the server has no more. */
const KEPT = 2000;

export interface Notices {
  /** Newest first. */
  readonly all: readonly Notice[];
  readonly dropped: number;
  readonly fault: string | undefined;
}

/** For usePolled: asks only for what is new. */
export async function newNotices(signal: AbortSignal, previous: Notices | undefined): Promise<Notices> {
  const last = previous?.all[0]?.number ?? 0;
  const { notices, dropped, fault } = await ask('Notifications', { after: last }, signal);
  const all = notices.length === 0 ? (previous?.all ?? []) : [...notices.toReversed(), ...(previous?.all ?? [])];
  return { all: all.slice(0, KEPT), dropped, fault };
}

/** What a notification is about, in whatever dialect it is written. */
export interface About {
  readonly status: string;
  readonly bucket: string;
  readonly key: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Where the dialects have their status and their key. */
const STATUS = [
  ['status'],
  ['av-status'],
  ['scanResultDetails', 'scanResultStatus'],
  ['NewStateValue'],
  ['scan-status'],
];
const BUCKET = [['bucket'], ['s3ObjectDetails', 'bucketName']];
const KEYS = [['key'], ['s3ObjectDetails', 'objectKey'], ['AlarmName'], ['prefix']];

export function aboutOf({ body, attributes }: Pick<Notice, 'body' | 'attributes'>): About {
  const content = parsed(body);
  const find = (paths: readonly (readonly string[])[]) => {
    const found = paths.map((path) => at(content, path) ?? at(attributes, path)).find((value) => value !== undefined);
    return found ?? '';
  };
  return { status: find(STATUS), bucket: find(BUCKET), key: find(KEYS) };
}

function at(content: Json, path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>((node, name) => (node as Json | null | undefined)?.[name], content);
  return typeof found === 'string' ? found : undefined;
}

function parsed(text: string): Json {
  try {
    const found: unknown = JSON.parse(text);
    return found !== null && typeof found === 'object' ? (found as Json) : {};
  } catch {
    return {};
  }
}
