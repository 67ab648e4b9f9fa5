import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eicar } from '../../../local/samples.ts';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';

const NOTICE = 'test signatures: only EICAR is detected\n';
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rescan-command-'));
  mkdirSync(join(folder, 'files', 'in'), { recursive: true });
  await writeEicarDefinitions(join(folder, 'definitions'));
  writeFileSync(join(folder, 'files', 'note.txt'), 'all is well');
  writeFileSync(join(folder, 'files', 'in', 'empty.txt'), '');
  writeFileSync(join(folder, 'files', 'in', 'bad.txt'), eicar());
});
afterEach(() => rmSync(folder, { recursive: true }));

function rescan(...args: string[]) {
  const { NODE_OPTIONS, ...env } = process.env;
  const command = [
    'local/main.ts',
    '--definitions',
    join(folder, 'definitions'),
    '--test-signatures',
    'rescan',
    ...args,
  ];
  return spawnSync(process.execPath, [...command, join(folder, 'files')], { encoding: 'utf8', env });
}

it('prints the totals of a folder and nothing else', () => {
  const { stdout, stderr, status } = rescan('--json', '--strategy', 'all');
  // Malware.
  expect([stderr, status]).toEqual([NOTICE, 1]);
  expect(JSON.parse(stdout)).toEqual({
    listed: 3,
    due: 3,
    scanned: 3,
    skipped: {},
    failed: 0,
    changed: 3,
    infected: 1,
    bytes: 11 + eicar().length,
    durationMs: expect.any(Number),
    definitions: expect.stringMatching(/^test-[0-9a-f]{8}$/),
    found: [{ key: 'in/bad.txt', status: 'INFECTED', finding: expect.stringMatching(/eicar/i) }],
  });
});

it('names what it found, and prices a rescan apart from the first one', () => {
  const { stdout } = rescan('--strategy', 'all');
  expect(stdout).toMatch(/^INFECTED {5}in\/bad\.txt \S*eicar\S*\n\n/i);
  expect(stdout).toMatch(/^on AWS +about \$0\.000\d a rescan, and \$0\.000\d for one that writes 3 verdicts$/m);
});

it('explains that nothing is due, and exits with 0 where no malware is', () => {
  rmSync(join(folder, 'files', 'in'), { recursive: true });
  const { stdout, status } = rescan();
  expect(stdout).toMatch(
    /^due +0: no file reached an age of 1, 3, 7, 14, 30, … days in .* UTC; --strategy all scans every file$/m,
  );
  expect(status).toBe(0);
});

it('goes by the files’ age and by the prefix', () => {
  const overADay = (Date.now() - 25 * 3_600_000) / 1000;
  utimesSync(join(folder, 'files', 'in', 'bad.txt'), overADay, overADay);
  const { stdout } = rescan('--json', '--prefix', 'in/');
  expect(JSON.parse(stdout)).toMatchObject({ listed: 2, due: 1, skipped: { 'not-due': 1 }, infected: 1 });
});

it('says which strategies there are', () => {
  const { stderr, status } = rescan('--strategy', 'weekly');
  expect(stderr).toMatch(/weekly.*all, unscanned, due, stale/);
  expect(status).not.toBe(0);
});

it('names a file whose key S3 would refuse, and leaves it out', () => {
  const folders = Array.from({ length: 5 }, () => 'f'.repeat(204));
  mkdirSync(join(folder, 'files', ...folders), { recursive: true });
  writeFileSync(join(folder, 'files', ...folders, 'x.txt'), 'all is well');
  const { stdout, stderr, status } = rescan('--json', '--strategy', 'all');
  expect(stderr).toBe(`${NOTICE}warning: ${folders.join('/')}/x.txt: skipped: Your key is too long\n`);
  expect(JSON.parse(stdout)).toMatchObject({ listed: 3, scanned: 3, failed: 0 });
  expect(status).toBe(1);
});
