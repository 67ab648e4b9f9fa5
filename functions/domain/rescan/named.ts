import { z } from 'zod';
import { withRoomFor } from '../named-up-to.ts';
import { SCAN_STATUSES } from '../verdict.ts';
import { Applied } from './totals.ts';

const count = z.int().nonnegative();

/** An object of a batch that an operator wants to know by name. */
export const NamedObject = z.strictObject({
  key: z.string().min(1),
  versionId: z.string().optional(),
  /** Of malware, without quotes. */
  etag: z.string().optional(),
  /** The new verdict; absent when the object failed. */
  status: z.enum(SCAN_STATUSES).optional(),
  finding: z.string().nullable().optional(),
  /** What its status tag said before, null without one; absent when the verdict did not change. */
  was: z.string().nullable().optional(),
  /** Its place among the changed verdicts that are about to be applied. */
  change: count.optional(),
  /** What was not done with its verdict. */
  problem: z.enum(['not-tagged', 'not-removed', 'not-copied', 'not-notified']).optional(),
  /** Why it failed: the fault's name and message. */
  error: z.string().optional(),
  cause: z.string().optional(),
});
export type NamedObject = z.infer<typeof NamedObject>;

/** The names that a batch leaves in the results, as many as there is room for. */
export const Named = z.strictObject({
  objects: z.array(NamedObject),
  /** How many more there were. */
  more: count,
});
export type Named = z.infer<typeof Named>;

export const NOBODY: Named = { objects: [], more: 0 };

/** Of JSON; of a state's 256 KiB, see `MaxInputBytesPerBatch` in rescan-bucket.asl.json for the rest. */
const NAMES_BYTES = 24_576;
const CAUSE_CHARACTERS = 200;

/**
 * Whether an object is worth its name: it failed, is infected, or has another verdict than before. That a first verdict
 * is CLEAN is what most are, and a number is enough.
 */
export function isNamed({ status, was, error }: NamedObject): boolean {
  if (error !== undefined || status === 'INFECTED') return true;
  return was !== undefined && (status !== 'CLEAN' || was !== null);
}

/** Failed and infected ones first, then in the order scanned, until there is no more room. */
export function withNames({ objects, more }: Named, added: readonly NamedObject[]): Named {
  const all = [...objects, ...added.map(shortened)].sort((a, b) => rank(a) - rank(b));
  return withRoomFor(all, NAMES_BYTES, more);
}

const rank = ({ status, error, problem }: NamedObject) =>
  Number(error === undefined && problem === undefined && status !== 'INFECTED');

function shortened({ cause, ...object }: NamedObject): NamedObject {
  return cause === undefined ? object : { ...object, cause: cause.slice(0, CAUSE_CHARACTERS).toWellFormed() };
}

/**
 * With what became of the verdicts: whose content is gone or replaced is not named any more, and where something was not
 * done the object is, whatever its verdict.
 */
export function afterApplyingNamed({ objects, more }: Named, applied: readonly Applied[]): Named {
  const known = new Set(objects.map(({ change }) => change));
  const undone = applied.flatMap(({ object, problem }, change): NamedObject[] => {
    if (object === undefined || known.has(change) || problem === null) return [];
    if (problem === 'gone' || problem === 'replaced') return [];
    const versionId = object['version-id'];
    return [{ key: object.key, ...(versionId !== undefined && { versionId }), problem }];
  });
  const settled = objects.flatMap(({ change, ...object }): NamedObject[] => {
    const problem = change === undefined ? null : (applied[change]?.problem ?? null);
    if (problem === 'gone' || problem === 'replaced') return [];
    return [problem === null ? object : { ...object, problem }];
  });
  return { objects: [...settled, ...undone], more };
}

/** A batch that failed or never started, with its input as text: as Step Functions writes it. */
const Unfinished = z.object({
  Input: z.string().default('{}'),
  Status: z.string().default('FAILED'),
  Error: z.string().optional(),
  Cause: z.string().optional(),
});
const BatchInput = z.object({ Items: z.array(z.object({ Key: z.string() })).default([]) });

/** Its objects, and why it was not finished. */
export function unfinishedBatch(line: unknown): { keys: string[]; error: string; cause: string } {
  const { Input, Status, Error: error = Status, Cause: cause = '' } = Unfinished.parse(line);
  return { keys: BatchInput.parse(JSON.parse(Input)).Items.map(({ Key }) => Key), error, cause };
}

/** What a line of the results says by name; objects of a run that ended before their turn are not named. */
export function namesIn(status: 'SUCCEEDED' | 'FAILED' | 'PENDING', line: unknown): Named {
  if (status === 'PENDING') return NOBODY;
  if (status === 'SUCCEEDED') {
    const { named = NOBODY, applied } = NamesOfBatch.parse(line);
    return afterApplyingNamed(named, applied);
  }
  const { keys, error, cause } = unfinishedBatch(line);
  return { objects: keys.map((key) => shortened({ key, error, cause })), more: 0 };
}

/** Batches of earlier versions have no names. */
const NamesOfBatch = z.object({ applied: z.array(Applied), named: Named.optional() });
