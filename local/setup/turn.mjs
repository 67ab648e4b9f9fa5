import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const MILLISECONDS_BETWEEN_LOOKS = 200;

/**
 * Runs `work` while no other process does so for the same folder, whoever was killed in the middle.
 *
 * Each turn is a subfolder `turn-N` that names its process. N + 1 can be taken when the process of N has released it or
 * is gone: a folder with content is never replaced by a rename, so only one process gets it. Nothing of a dead process
 * has to be removed first, which two processes could do at once.
 *
 * @param onWait called once, with the id of the process that has the turn
 */
export function inTurn(folder, onWait, work) {
  const release = takeTurn(folder, onWait);
  try {
    return work();
  } finally {
    release();
  }
}

function takeTurn(folder, onWait) {
  mkdirSync(folder, { recursive: true });
  for (let waited = false; ; ) {
    const latest = latestTurn(folder);
    const holder = holderOf(join(folder, `turn-${latest}`));
    if (holder !== undefined) {
      if (!waited) onWait(holder);
      waited = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MILLISECONDS_BETWEEN_LOOKS);
      continue;
    }
    const mine = join(folder, `turn-${latest + 1}`);
    if (!created(mine, folder)) continue;
    if (latestTurn(folder) === latest + 1) {
      clearUp(folder, latest);
      return () => writeFileSync(join(mine, 'released'), '');
    }
    // The turns seen above were long over, and this number with them.
    remove(mine);
  }
}

/** Creates the turn with its content at once; false where another process was first. */
function created(turn, folder) {
  const candidate = mkdtempSync(join(folder, `candidate-${process.pid}-`));
  writeFileSync(join(candidate, 'process'), nameOfProcess(process.pid) ?? String(process.pid));
  try {
    renameSync(candidate, turn);
    return true;
  } catch (fault) {
    remove(candidate);
    if (fault.code === 'ENOTEMPTY' || fault.code === 'EEXIST') return false;
    throw fault;
  }
}

function latestTurn(folder) {
  const numbers = readdirSync(folder).flatMap((name) => /^turn-(\d+)$/.exec(name)?.[1] ?? []);
  return Math.max(0, ...numbers.map(Number));
}

/** The id of the process that has the turn; undefined when it is over. */
function holderOf(turn) {
  if (existsSync(join(turn, 'released'))) return undefined;
  try {
    const name = readFileSync(join(turn, 'process'), 'utf8');
    const pid = name.split(' ')[0];
    return nameOfProcess(pid) === name ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the turns up to `last`, and what processes that were killed while they waited have left. */
function clearUp(folder, last) {
  for (const name of readdirSync(folder)) {
    const [, kind, number] = /^(turn|candidate)-(\d+)/.exec(name) ?? [];
    const over = kind === 'turn' ? Number(number) <= last : nameOfProcess(number) === undefined;
    if (over) remove(join(folder, name));
  }
}

/** What somebody else removes at the same time, or creates again, is left to the next. */
function remove(path) {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {}
}

/** The id of a running process and, on Linux, when it started, since ids are given again; undefined when it is gone. */
function nameOfProcess(pid) {
  if (!existsSync('/proc/self/stat')) return isRunning(pid) ? String(pid) : undefined;
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const STARTED = 18;
    return state === 'Z' ? undefined : `${pid} ${fields[STARTED]}`;
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    return process.kill(Number(pid), 0);
  } catch (fault) {
    return fault.code === 'EPERM';
  }
}
