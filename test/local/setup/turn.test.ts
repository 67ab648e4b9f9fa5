import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const TURN = resolve('local/setup/turn.mjs');

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'turn-test-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process that takes its turns as `script` says; it sees `inTurn`, `folder` and `fs`. */
function start(script: string): ChildProcess {
  const code = `
    import * as fs from 'node:fs';
    const { inTurn } = await import(${JSON.stringify(TURN)});
    const folder = ${JSON.stringify(join(folder, 'turns'))};
    const counter = ${JSON.stringify(join(folder, 'counter'))};
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

/** Adds 1 to a number in a file, as no two processes may at once. */
const COUNT = `
  const before = Number(fs.readFileSync(counter, 'utf8'));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  fs.writeFileSync(counter, String(before + 1));`;

const firstLine = async (child: ChildProcess) => String((await once(child.stdout ?? child, 'data'))[0]).trim();

describe('inTurn', () => {
  it('lets one process at a time work', async () => {
    writeFileSync(join(folder, 'counter'), '0');
    const counting = Array.from({ length: 4 }, () =>
      start(`for (let i = 0; i < 5; i++) inTurn(folder, () => {}, () => { ${COUNT} });`),
    );
    const codes = await Promise.all(counting.map((child) => once(child, 'close')));
    expect(codes.map(([code]) => code)).toEqual([0, 0, 0, 0]);
    expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe('20');
    expect(readdirSync(join(folder, 'turns'))).toHaveLength(1);
  });

  it('names the process that it waits for, and goes on once that is killed', async () => {
    const holder = start(`inTurn(folder, () => {}, () => {
      fs.writeSync(1, 'working');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`);
    expect(await firstLine(holder)).toBe('working');
    const waiting = start(`inTurn(folder, (pid) => fs.writeSync(1, pid), () => fs.writeSync(1, ' then worked'));`);
    let said = '';
    const closed = once(waiting, 'close');
    waiting.stdout?.on('data', (chunk) => {
      said += chunk;
      holder.kill('SIGKILL');
    });
    await closed;
    expect(said).toBe(`${holder.pid} then worked`);
  });

  it('gives the turn back when the work fails', async () => {
    const child = start(`
      try { inTurn(folder, () => {}, () => { throw new Error('disk'); }); } catch {}
      inTurn(folder, () => fs.writeSync(1, 'waited '), () => fs.writeSync(1, 'worked'));`);
    expect(await firstLine(child)).toBe('worked');
  });

  it.each([
    ['a process that is gone', '999999999 1'],
    ['another process that has its id now', `${process.pid} 1`],
    ['nothing', ''],
  ])('does not wait for a turn that names %s', async (_, name) => {
    const child = start(`
      fs.mkdirSync(folder + '/turn-7', { recursive: true });
      fs.writeFileSync(folder + '/turn-7/process', ${JSON.stringify(name)});
      inTurn(folder, () => fs.writeSync(1, 'waited '), () => fs.writeSync(1, 'worked'));`);
    expect(await firstLine(child)).toBe('worked');
    expect(readdirSync(join(folder, 'turns'))).toEqual(['turn-8']);
  });
});
