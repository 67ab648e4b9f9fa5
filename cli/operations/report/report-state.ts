import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { Asked, Progress } from '../../../functions/domain/report/progress.ts';

/** What `airlock report` was asked for. */
const AskedOfCommand = Asked.extend({
  stack: z.string().min(1),
  /** Prints the summary in place of the objects. */
  summary: z.boolean(),
});
export type AskedOfCommand = z.infer<typeof AskedOfCommand>;

const State = z.object({ report: z.literal(1), asked: AskedOfCommand, progress: Progress });

/** @throws Error when the file is none that `writeState` wrote */
export function readState(file: string): { readonly asked: AskedOfCommand; readonly progress: Progress } {
  const { success, data } = State.safeParse(parsed(file));
  if (success) return data;
  throw new Error(`${file} is not from an interrupted \`airlock report\``);
}

/**
 * Keys are in it: only this user may read it.
 * @returns the file's name, a new one in this folder unless it is given
 */
export function writeState(
  asked: AskedOfCommand,
  progress: Progress,
  file: string | undefined,
  now = new Date(),
): string {
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
