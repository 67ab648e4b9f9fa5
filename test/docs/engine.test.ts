import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { containerFormats } from '../../functions/domain/containers/container-format.ts';
import { type ContainerReader, MAGIC } from '../../functions/domain/containers/container-magic.ts';
import { writeTar } from '../support/tar-writer.ts';

/** The table of docs/engine.md under "Who opens what". */
const rows = (readFileSync('docs/engine.md', 'utf8').split('\n## Who opens what\n')[1] ?? '')
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => /^\| (?!content |---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, content = '', openedBy = '']) => ({ content, openedBy }));

/** Formats that are known by their structure, which has no magic number. */
const LZMA = Buffer.from('5d00008000ffffffffffffffff00', 'hex');
const BY_STRUCTURE = [writeTar([{}]), Buffer.from('xx-lh5-'), LZMA].flatMap(containerFormats);
const FORMATS = new Map([...MAGIC, ...BY_STRUCTURE].map(({ name, reader }) => [name, reader]));

/** As the table calls each reader. */
const OPENED_BY: Readonly<Record<ContainerReader, string>> = {
  zip: 'a strict reader, then ClamAV',
  tar: 'a strict reader, then ClamAV',
  gzip: 'zlib',
  lzip: '7-Zip, as LZMA',
  compound: '7-Zip, for containers inside; ClamAV',
  'seven-zip': '7-Zip',
  nobody: 'nobody',
};
const names = (content: string, name: string) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'i').test(content);

describe('docs/engine.md', () => {
  it.each([...FORMATS])('says who opens %s', (name, reader) => {
    const openedBy = rows?.filter(({ content }) => names(content, name)).map((row) => row.openedBy);
    expect(openedBy).toContain(OPENED_BY[reader]);
    // In one row only, but for a zip, whose methods differ in theirs.
    if (reader !== 'zip') expect(openedBy).toHaveLength(1);
  });

  it('says so of no format that is not known', () => {
    const lists = rows?.filter(({ openedBy }) => openedBy === '7-Zip' || openedBy === 'nobody') ?? [];
    const told = lists.flatMap(({ content }) =>
      content
        .replaceAll(/\(.*\)|^[^,:]*:|; old ones:/g, ',')
        .split(',')
        .map((name) => name.replaceAll('`', '').trim().toLowerCase())
        .filter((name) => name !== ''),
    );
    expect(told.length).toBeGreaterThan(40);
    expect(told.filter((name) => !FORMATS.has(name))).toEqual([]);
  });
});
