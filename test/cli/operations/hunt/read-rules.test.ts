import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRules } from '../../../../cli/operations/hunt/read-rules.ts';

const RULE = 'rule One { strings: $a = "text" condition: $a }\n';
let folder: string;
const path = (name: string, content = RULE) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('rules are read', () => {
  it('from files and folders, in order; what else a folder holds is left out and named', async () => {
    const inside = join(folder, 'rules');
    mkdirSync(inside);
    for (const name of ['b.yara', 'a.ndb', 'notes.md', 'list.ign2']) writeFileSync(join(inside, name), RULE);
    const { files, leftOut } = await readRules([path('z.yar'), inside]);
    expect(files.map(({ name }) => name)).toEqual(['z.yar', 'a.ndb', 'b.yara']);
    expect(leftOut).toEqual([join(inside, 'list.ign2'), join(inside, 'notes.md')]);
  });

  it.each([
    ['of another format', 'mine.cdb', 'is in none of the formats of a hunt'],
    ['that make malware CLEAN', 'mine.fp', 'can make malware CLEAN'],
  ])('but not those %s, when they are named', async (_, name, reason) => {
    await expect(readRules([path(name)])).rejects.toThrow(reason);
  });

  it('but not from nowhere, from an empty folder, or twice by one name', async () => {
    await expect(readRules([join(folder, 'none.yara')])).rejects.toThrow(/ENOENT/);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(readRules([empty])).rejects.toThrow('there are no rules');
    await expect(readRules([path('a.yara'), path('a.yara')])).rejects.toThrow('two files have this name');
  });
});
