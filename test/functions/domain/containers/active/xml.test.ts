import { expect, it } from '@jest/globals';
import { beginsAsXml, readXml, wordSearch } from '../../../../../functions/domain/containers/active/xml.ts';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { startProcessorTime } from '../../../../support/processor-time.ts';

const none = async () => undefined;

async function events(content: string | Buffer, takeTurn = none): Promise<string[]> {
  const seen: string[] = [];
  const handler = {
    open: (name: string, attributes: (wanted: string) => readonly string[]) =>
      void seen.push(`<${name} ${attributes('a')}>`),
    text: (text: string) => void seen.push(text),
    close: (name: string) => void seen.push(`</${name}>`),
    entities: () => void seen.push('entities'),
  };
  await readXml(memorySource(Buffer.from(content as string)), handler, takeTurn);
  return seen;
}

it('reads names without prefixes, and values without white space around them', async () => {
  expect(await events('<?xml version="1.0"?><p:x q:a=" 1&amp;2\n" a="3">t<![CDATA[<]]></p:x>')).toEqual([
    '<x 1&2,3>',
    't',
    '<',
    '</x>',
  ]);
});

it.each(['utf16le', 'utf8'] as const)('reads %s, with a mark and without', async (encoding) => {
  for (const mark of ['', '\ufeff']) {
    expect(await events(Buffer.from(`${mark}<x a="é"/>`, encoding))).toEqual(['<x é>', '</x>']);
  }
});

it('reads UTF-16 of the other order', async () => {
  expect(await events(Buffer.from('<x a="1"/>', 'utf16le').swap16())).toEqual(['<x 1>', '</x>']);
});

it('goes on behind what does no harm, up to elements that are not closed in order', async () => {
  expect(await events('<x a="&none;"><y a=1></y></x>')).toContain('</y>');
  const broken = `<x><y></z>${' '.repeat(300_000)}<w/>`;
  expect(await events(broken)).not.toContain('<w >');
});

it('tells of entities, and expands none', async () => {
  expect(await events('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')).toEqual(['entities', '<x >', '&a;', '</x>']);
  expect(await events('<!DOCTYPE x SYSTEM "x.dtd"><x/>')).not.toContain('entities');
});

it('is done soon with elements that are never closed, and with ends of nothing', async () => {
  const count = 50_000;
  const used = startProcessorTime();
  await events('<a>'.repeat(count) + '</b>'.repeat(count));
  expect(used()).toBeLessThan(5000);
});

it('is done soon with faults', async () => {
  const used = startProcessorTime();
  await events(`<x>${'&a;'.repeat(200_000)}</x>`);
  expect(used()).toBeLessThan(5000);
});

it('looks at the clock for each part', async () => {
  let turns = 0;
  await events(`<x>${' '.repeat(600_000)}</x>`, async () => void turns++);
  expect(turns).toBe(3);
});

it.each([
  ['<x/>', true],
  ['\ufeff \n<x/>', true],
  ['{"a": "<x/>"}', false],
  ['', false],
])('%j begins as XML: %s', (text, expected) => {
  expect(beginsAsXml(Buffer.from(text))).toBe(expected);
});

it('finds a word on the edge of two parts, and cannot tell in UTF-16', async () => {
  const source = (text: string, encoding: BufferEncoding = 'utf8') => memorySource(Buffer.from(text, encoding));
  expect(await wordSearch(['ddeLink', 'x'])(source(`${' '.repeat(256 * 1024 - 3)}ddeLink`), none)).toBe(true);
  expect(await wordSearch(['ddeLink'])(source('<y/>'), none)).toBe(false);
  expect(await wordSearch(['ddeLink'])(source('<y/>', 'utf16le'), none)).toBe(true);
});
