import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerFormat } from '../../domain/containers/container-format.ts';
import { ambiguous, encrypted, overLimit, type Unaccounted, unsupported } from '../../domain/containers/unaccounted.ts';
import { ScratchFull } from '../../domain/errors.ts';
import type { ReaderOutcome, ReaderPool } from './reader-pool.ts';
import type { ReaderReport } from './seven-zip-worker.ts';

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
}

/**
 * Extracts everything into the folder, under numbers.
 *
 * @throws ScratchFull when the disk is full
 */
export async function extractWithSevenZip(
  pool: ReaderPool,
  input: { readonly path: string; readonly size: number },
  folder: string,
  format: ContainerFormat,
  { milliseconds, memoryBytes, onTurn, ...limits }: ExtractionLimits,
): Promise<Extraction> {
  const type = format.type === undefined ? [] : [`-t${format.type}`];
  const options = ['-y', '-aou', '-p', '-snh-', '-bd', '-bb0', '-bso1', '-bse1', '-scsUTF-8', ...type];
  const task = { arguments: ['x', ...options, '-o/out', '/in/input'], input, folder, limits, memoryBytes };
  const outcome = await pool.run(task, milliseconds, onTurn);
  const leaves = (await readdir(folder)).map((name) => join(folder, name));
  if ('fault' in outcome && outcome.fault !== undefined && /^(?:ENOSPC|EDQUOT)$/.test(outcome.fault)) {
    throw new ScratchFull(`no room to unpack: ${outcome.fault}`);
  }
  const opened = 'lost' in outcome || !/Can(?:not|'t) open the file as (?:\[?\w+\]? )?archive/i.test(outcome.output);
  return { leaves, problem: problemOf(outcome, format.name), opened, behind: behindEnd(outcome) };
}

function problemOf(outcome: ReaderOutcome, name: string): Unaccounted | null {
  if ('lost' in outcome) return outcome.lost === 'time' ? overLimit('time') : unsupported(name);
  if (outcome.limit !== undefined) return overLimit(outcome.limit);
  const { output, exitCode } = outcome;
  if (/wrong password|encrypted (?:file|archive)/i.test(output)) return encrypted();
  if (/unsupported method/i.test(output)) return unsupported(name);
  if (/can(?:not|'t) allocate/i.test(output)) return overLimit('memory');
  if (exitCode === undefined) return unsupported(name);
  const complaints = output.split('\n').filter((line) => /^(?:ERROR|WARNING)|^ERRORS:|^Warnings?:/i.test(line));
  const harmless = complaints.every((line) => /Dangerous (?:symbolic )?link|link path was ignored/i.test(line));
  if (exitCode !== 0 && !(harmless && complaints.length > 0)) return ambiguous(`${name}-broken`);
  return exitCode !== 0 || isComplete(outcome) ? null : unsupported(name);
}

function behindEnd(outcome: ReaderOutcome): number {
  if ('lost' in outcome) return 0;
  const sizes = [...outcome.output.matchAll(/^Tail Size = (\d+)$/gm)].map(([, size]) => Number(size));
  return Math.max(0, ...sizes);
}

/** Whether as many bytes were written as the reader says it has extracted; it counts the texts of links or does not. */
function isComplete({ output, bytes, linkBytes }: ReaderReport): boolean {
  const size = /^Size: +(\d+)$/m.exec(output)?.[1];
  return size === undefined || [bytes, bytes - linkBytes].includes(Number(size));
}
