import type { Notice } from '../../server/operations/table.ts';

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
