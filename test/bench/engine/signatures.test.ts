import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assertDetection } from '../../../functions/adapters/definitions/detection.ts';
import { writeSignatures } from './signatures.ts';

const COUNT = 36_000;
const root = mkdtempSync(join(tmpdir(), 'bench-signatures-test-'));
const made = async (name: string, seed: number) => {
  const folder = mkdtempSync(join(root, name));
  return { folder, counts: await writeSignatures(folder, COUNT, seed) };
};
const digests = (folder: string) =>
  readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ]);
const lines = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');

let first: Awaited<ReturnType<typeof made>>;
beforeAll(async () => {
  first = await made('first', 1);
});
afterAll(() => rmSync(root, { recursive: true }));

it('writes the same bytes for the same seed, and others for another', async () => {
  expect(digests((await made('again', 1)).folder)).toEqual(digests(first.folder));
  const other = digests((await made('other', 2)).folder).filter(([name]) => name !== 'eicar.ndb');
  expect(other.filter(([, digest]) => digests(first.folder).some(([, known]) => known === digest))).toEqual([]);
});

it('writes as many as asked for, each kind in its share', () => {
  expect(Object.values(first.counts).reduce((sum, count) => sum + count, 0)).toBe(COUNT);
  expect(first.counts).toMatchObject({ 'body.ndb': 600, 'logical.ldb': 600 });
  for (const [name, count] of Object.entries(first.counts)) expect(lines(first.folder, name)).toHaveLength(count);
});

it('are real definitions, with EICAR among them', async () => {
  await assertDetection(first.folder, Object.keys(first.counts));
  expect(lines(first.folder, 'eicar.ndb')).toHaveLength(1);
});

describe('body and logical signatures', () => {
  it('are about programs for nine tenths', () => {
    const about = (name: string, target: RegExp) =>
      lines(first.folder, name).filter((line) => target.test(line)).length;
    expect(about('body.ndb', /^[^:]+:1:/)).toBe(540);
    expect(about('logical.ldb', /Target:1;/)).toBe(540);
  });

  it('hold no pattern that honest content could match by chance', () => {
    const patterns = [...lines(first.folder, 'body.ndb'), ...lines(first.folder, 'logical.ldb')].flatMap(
      (line) => line.match(/(?<=[:;}?])[0-9a-f]{8,}/g) ?? [],
    );
    expect(patterns.length).toBeGreaterThan(1200);
    expect(patterns.filter((pattern) => pattern.length < 16)).toEqual([]);
  });
});
