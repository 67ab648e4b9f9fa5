import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const count = z.int().nonnegative();
const Position = z.object({ key: z.string().min(1), versionId: z.string().optional() });

/** What a report looks at, and how. */
const Asked = z.object({
  stack: z.string().min(1),
  targets: z.array(z.object({ bucket: z.string().min(1), prefix: z.string() })).min(1),
  /** Words of the dialect or of s3-airlock, `none`; empty: all but CLEAN. */
  status: z.array(z.string().min(1)),
  /** ISO 8601. */
  since: z.iso.datetime().optional(),
  versions: z.boolean(),
  /** Prints the summary in place of the objects. */
  summary: z.boolean(),
});
export type Asked = z.infer<typeof Asked>;

/** How far a report has come: everything up to a key is counted, and nothing behind it. */
const Progress = z.object({
  /** Which of the targets it is in. */
  target: count,
  after: Position.optional(),
  /** By bucket, and by status or why there is none. */
  counts: z.record(z.string(), z.record(z.string(), count)),
  objects: count,
  reported: count,
  requests: z.object({ list: count, tags: count }),
});
export type Progress = z.infer<typeof Progress>;

export const NOTHING: Progress = {
  target: 0,
  counts: {},
  objects: 0,
  reported: 0,
  requests: { list: 0, tags: 0 },
};

const State = z.object({ report: z.literal(1), asked: Asked, progress: Progress });

/** @throws Error when the file is none that `writeState` wrote */
export function readState(file: string): { readonly asked: Asked; readonly progress: Progress } {
  const { success, data } = State.safeParse(parsed(file));
  if (success) return data;
  throw new Error(`${file} is not from an interrupted \`airlock report\``);
}

/**
 * Keys are in it: only this user may read it.
 * @returns the file's name, a new one in this folder unless it is given
 */
export function writeState(asked: Asked, progress: Progress, file: string | undefined, now = new Date()): string {
  const name = file ?? `airlock-report-${now.toISOString().replaceAll(/[-:.]/g, '')}.json`;
  writeFileSync(name, `${JSON.stringify({ report: 1, asked, progress } satisfies z.input<typeof State>)}\n`, {
    mode: 0o600,
  });
  return name;
}

function parsed(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
