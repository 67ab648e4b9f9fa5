import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerFormat } from '../../domain/containers/container-format.ts';
import { ambiguous, encrypted, overLimit, type Unaccounted, unsupported } from '../../domain/containers/unaccounted.ts';
import type { ReaderOutcome, ReaderPool } from './reader-pool.ts';
import { isNoRoom, noRoom } from './scratch-folder.ts';
import type { ReaderReport } from './seven-zip-worker.ts';

/** 7-Zip's exit code for it. */
const OUT_OF_MEMORY = 8;

/** What 7-Zip made of a container. */
export interface Extraction {
  /** Paths of what it extracted. */
  readonly leaves: readonly string[];
  /** Why that may not be all. */
  readonly problem: Unaccounted | null;
  /** False where it is no container at all. */
  readonly opened: boolean;
  /** How many bytes stand behind its end. */
  readonly behind: number;
}

export interface ExtractionLimits {
  readonly bytes: number;
  readonly files: number;
  readonly milliseconds: number;
  /** Of the reader itself, bytes. */
  readonly memoryBytes: number;
  /** Told how many milliseconds of waiting for other archives the extraction had. */
  readonly onTurn?: (waited: number) => void;
  /** Ends the reader. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Extracts everything into the folder, under numbers.
 *
 * @throws ScratchFull when the disk is full, the signal's reason when it was aborted
 */
export async function extractWithSevenZip(
  pool: ReaderPool,
  input: { readonly path: string; readonly size: number },
  folder: string,
  format: ContainerFormat,
  { milliseconds, memoryBytes, onTurn, signal, ...limits }: ExtractionLimits,
): Promise<Extraction> {
  const type = format.type === undefined ? [] : [`-t${format.type}`];
  // A password, so that it does not ask for one; and one that opens nothing.
  const options = ['-y', '-aou', `-p${randomUUID()}`, '-snh-', '-bd', '-bb0', '-bso1', '-bse1', '-scsUTF-8', ...type];
  const task = { arguments: ['x', ...options, '-o/out', '/in/input'], input, folder, limits, memoryBytes };
  const outcome = await pool.run(task, milliseconds, onTurn, signal);
  const leaves = (await readdir(folder)).map((name) => join(folder, name));
  if ('fault' in outcome && isNoRoom(outcome.fault)) throw noRoom(`${outcome.fault}`);
  const opened = leaves.length > 0 || !saysNoArchive(outcome);
  return { leaves, problem: problemOf(outcome, format), opened, behind: behindEnd(outcome) };
}

/** Of an archive whose names are encrypted. */
const LOCKED = /^(?:Cannot open|Headers Error in) encrypted archive/m;

/** Names in its lines have no line feeds: what begins a line are 7-Zip's own words. */
function saysNoArchive(outcome: ReaderOutcome): boolean {
  if ('lost' in outcome || outcome.exitCode === 0 || LOCKED.test(outcome.output)) return false;
  return /^Can't open as archive: \d+$/m.test(outcome.output);
}

function problemOf(outcome: ReaderOutcome, { name, type }: ContainerFormat): Unaccounted | null {
  if ('lost' in outcome) return outcome.lost === 'time' ? overLimit('time') : unsupported(name);
  if (outcome.limit !== undefined) return overLimit(outcome.limit);
  const { output, exitCode } = outcome;
  if (exitCode === undefined) return unsupported(name);
  // It could not read the beginning, and went on to where it could.
  if (type !== undefined && /^(?:Warning: )?The archive is open with offset$/m.test(output)) {
    return ambiguous(`${name}-prefix`);
  }
  if (exitCode === 0) return claims(outcome) ? null : unsupported(name);
  if (exitCode === OUT_OF_MEMORY || /^(?:ERROR: )?(?:Can't allocate|E_OUTOFMEMORY)/m.test(output))
    return overLimit('memory');
  const complaints = output.split('\n').filter((line) => /^(?:[A-Z]\w+ )?(?:ERRORS?|WARNINGS?)\b/i.test(line));
  const says = (text: RegExp) => complaints.some((line) => text.test(line));
  if (LOCKED.test(output) || says(/^ERROR: (?:Wrong password|\w+ (?:Error|Failed) in encrypted file)/)) {
    return encrypted();
  }
  if (says(/^ERROR: Unsupported Method/i)) return unsupported(name);
  return onlyLinks(output, complaints) ? null : ambiguous(`${name}-broken`);
}

/** Where such a link leads stands in the message; nothing else of the archive is missing, if nothing else was said. */
function onlyLinks(output: string, complaints: readonly string[]): boolean {
  const errors = Number(/^Sub items Errors: (\d+)$/m.exec(output)?.[1] ?? 0);
  const harmless = complaints.every((line) => /^ERROR: Dangerous (?:symbolic )?link path was ignored : /.test(line));
  return harmless && errors > 0 && errors === complaints.length && output.trimStart().startsWith('7-Zip');
}

function behindEnd(outcome: ReaderOutcome): number {
  if ('lost' in outcome) return 0;
  const sizes = [...outcome.output.matchAll(/^Tail Size = (\d+)$/gm)].map(([, size]) => Number(size));
  return Math.max(0, ...sizes);
}

/** Whether the reader has written what it says it has; where links lead it counts in some formats only. */
function claims({ output, bytes, linkBytes }: ReaderReport): boolean {
  const size = /^Size: +(\d+)$/m.exec(output)?.[1];
  return size !== undefined && [bytes, bytes - linkBytes].includes(Number(size));
}
