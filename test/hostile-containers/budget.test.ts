import { readdirSync, readFileSync, statSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Objects, rescan, upload } from '../support/containers/objects.ts';
import { newSeed, type Sample, sampleOf } from '../support/containers/sample.ts';
import { type Scanning, startScanning } from '../support/containers/scanning.ts';
import { pack } from '../support/containers/seven-zip.ts';
import { solidBlock } from '../support/containers/solid-block.ts';
import { gzip } from '../support/containers/streams.ts';
import { plainTar } from '../support/containers/tar.ts';
import { plainZip, zipOf } from '../support/containers/zip.ts';
import { childrenNamed } from '../support/processes.ts';

const MB = 1024 * 1024;
const seed = newSeed();
let scanning: Scanning;

/** A new engine with budgets of its own; it is up afterwards, and there is one. */
function withBudget(environment: Readonly<Record<string, string>>): void {
  beforeAll(async () => {
    scanning = await startScanning(seed, { MAX_OBJECT_BYTES: String(32 * MB), ...environment });
    // The first reader takes longer: its code is compiled.
    await upload(scanning, { first: await pack('7z', { a: Buffer.from('first') }) });
  });
  afterEach(async () => {
    const next = { after: plainZip('a', sampleOf(seed, 'after').malware) };
    expect({ seed, ...(await upload(scanning, next)) }).toEqual({ seed, after: 'INFECTED' });
    expect(childrenNamed('clamd')).toHaveLength(1);
  });
  afterAll(() => scanning.close());
}

/** Small files of every sort, and what is right for each. */
async function neighbors(count: number): Promise<{ objects: Objects; right: Record<string, string> }> {
  const sorts: readonly [string, (s: Sample) => Buffer | Promise<Buffer>][] = [
    ['CLEAN', (s) => s.good],
    ['INFECTED', (s) => plainZip('a', s.malware)],
    ['CLEAN', (s) => plainTar('a', s.good)],
    ['INFECTED', (s) => Buffer.concat([gzip(s.good), gzip(s.malware)])],
    ['CLEAN', (s) => pack('7z', { a: s.good, b: s.bytes(3000), c: s.good }, '-m0=PPMd')],
    ['UNSCANNABLE encrypted', (s) => pack('zip', { a: s.malware }, '-psecret')],
    ['INFECTED', (s) => pack('7z', { a: s.good, b: s.malware }, '-m0=BZip2')],
    ['CLEAN', (s) => Buffer.concat([gzip(s.good), gzip(s.good)])],
  ];
  const objects: Record<string, Buffer> = {};
  const right: Record<string, string> = {};
  for (let index = 0; index < count; index += 1) {
    const [verdict, build] = sorts[index % sorts.length] as (typeof sorts)[number];
    const sample = sampleOf(seed, `neighbor ${index}`);
    const key = `${index}-${sample.name('')}`.replace('.', '');
    objects[key] = await build(sample);
    right[key] = verdict;
  }
  return { objects, right };
}

/** Markup that clamd normalizes for as long as it is let. */
const slowPage = (bytes: number) => Buffer.from('<a href="'.repeat(bytes / 9));

/** The same in a few kilobytes. */
function slowZip(s: Sample, members = 37): Buffer {
  const content = slowPage(27 * MB);
  const data = deflateRawSync(content);
  return zipOf(Array.from({ length: members }, () => ({ name: s.name('html'), content, data })));
}

const OVER_TIME = 'UNSCANNABLE limits-exceeded:time';

describe('what holds the engine over its budget costs its neighbors nothing', () => {
  withBudget({ SCAN_MILLISECONDS: '3000', SCAN_MILLISECONDS_PER_MB: '0' });

  it('among uploads that come before, with and after it', async () => {
    // Several times the budget even on a fast machine.
    const hostile = { hostile: slowZip(sampleOf(seed, 'hostile'), 6) };
    const { objects, right } = await neighbors(50);
    const entries = Object.entries(objects);
    const held = upload(scanning, hostile);
    const others = entries.map(async ([key, content], index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 130));
      return upload(scanning, { [key]: content });
    });
    const verdicts = Object.assign({}, await held, ...(await Promise.all(others)));
    expect({ seed, ...verdicts }).toEqual({ seed, ...right, hostile: OVER_TIME });
  });

  it('in a batch of a rescan', async () => {
    const { objects, right } = await neighbors(50);
    const hostile = { hostile: slowZip(sampleOf(seed, 'batch')) };
    const verdicts = await rescan(scanning, { ...hostile, ...objects });
    expect({ seed, ...verdicts }).toEqual({ seed, ...right, hostile: OVER_TIME });
  });

  it.each([
    ['uploads', upload],
    ['a batch of a rescan', rescan],
  ])('what ends the engine, among %s', async (_, scan) => {
    const hostile = slowPage(12 * MB);
    const { objects, right } = await neighbors(16);
    // By process: one that was killed may still be there at the next look.
    const killed = new Set<number>();
    const killer = setInterval(() => {
      for (const pid of childrenNamed('clamd').filter((child) => reads(child, hostile.length))) {
        process.kill(pid, 'SIGKILL');
        killed.add(pid);
      }
    }, 5);
    try {
      const verdicts = await scan(scanning, { hostile, ...objects });
      expect({ seed, ...verdicts }).toEqual({ seed, ...right, hostile: 'UNSCANNABLE limits-exceeded:engine' });
      // Once among others, if there were any, and twice alone.
      expect(killed.size).toBe(3);
    } finally {
      clearInterval(killer);
    }
  });
});

describe('a block that unpacks to more than the engine may take', () => {
  withBudget({});

  it('is opened without it, four of them at once in a batch', async () => {
    const samples = [1, 2, 3, 4].map((index) => sampleOf(seed, `block ${index}`));
    const blocks = await Promise.all(
      samples.map(async (s, index) => [`block ${index}`, await solidBlock(s.malware, 80 * MB)]),
    );
    const { objects, right } = await neighbors(16);
    let most = 0;
    const watch = setInterval(() => {
      for (const pid of childrenNamed('clamd')) most = Math.max(most, anonymousBytes(pid));
    }, 20);
    const verdicts = await rescan(scanning, { ...Object.fromEntries(blocks), ...objects });
    clearInterval(watch);
    const found = Object.fromEntries(blocks.map(([key]) => [key, 'INFECTED']));
    expect({ seed, ...verdicts }).toEqual({ seed, ...right, ...found });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(200 * MB);
  });
});

/** Whether the process has a file of that size open. */
function reads(pid: number, size: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false })?.size === size,
    );
  } catch {
    return false; // gone meanwhile
  }
}

function anonymousBytes(pid: number): number {
  try {
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
