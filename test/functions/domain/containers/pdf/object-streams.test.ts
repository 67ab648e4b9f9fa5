import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { findStreams } from '../../../../../functions/domain/containers/pdf/find-streams.ts';
import { isObjectStream, objectStreams } from '../../../../../functions/domain/containers/pdf/object-streams.ts';
import { PdfFile } from '../../../../../functions/domain/containers/pdf/pdf-file.ts';
import { PdfName } from '../../../../../functions/domain/containers/pdf/values.ts';
import { pdfOf } from '../../../../support/pdf-files.ts';

/** Object streams with these dictionaries and contents; how often one was decoded. */
async function streamsOf(...all: [dictionary: string, ...contents: string[]][]) {
  const pdf = pdfOf(all.map(([dictionary]) => ({ dictionary, data: Buffer.from('x') })));
  const streams = await findStreams(await PdfFile.open(memorySource(pdf)));
  let decoded = 0;
  const inside = objectStreams(streams, async (stream) => {
    decoded += 1;
    return (all[streams.indexOf(stream)] ?? []).slice(1).map((content) => Buffer.from(content));
  });
  return { streams, inside, decoded: () => decoded };
}

const OBJECTS = '/Type/ObjStm/N 2/First 8';

describe('an object stream', () => {
  it('is known by its type', async () => {
    const { streams } = await streamsOf(
      ['/Type/ObjStm'],
      ['/Type/XRef'],
      [''],
      ['/Type/XRef/Type/ObjStm'],
      ['/Type(ObjStm)'],
    );
    expect(streams.map(isObjectStream)).toEqual([true, false, false, true, false]);
  });

  it('holds values under their numbers', async () => {
    const { inside } = await streamsOf([OBJECTS, '5 0 7 3 12 /Name']);
    expect([await inside.value(5), await inside.value(7), await inside.value(0), await inside.value(12)]).toEqual([
      12,
      new PdfName('Name'),
      undefined,
      undefined,
    ]);
  });

  it('is decoded once, when it is asked for first', async () => {
    const { inside, decoded } = await streamsOf([OBJECTS, '5 0 7 3 12 13 '], ['', 'no object stream']);
    expect(decoded()).toBe(0);
    await inside.value(5);
    await inside.value(7);
    expect(decoded()).toBe(1);
    expect(await inside.contents()).toEqual([Buffer.from('5 0 7 3 12 13 ')]);
    expect(decoded()).toBe(1);
  });

  it('gives its contents without a value asked for', async () => {
    const { inside } = await streamsOf([OBJECTS, 'one', 'two']);
    expect(await inside.contents()).toEqual([Buffer.from('one'), Buffer.from('two')]);
  });

  it('hides no other: the last one of a number counts', async () => {
    const { inside } = await streamsOf([OBJECTS, '5 0 7 3 12 13 '], [OBJECTS, '7 0 9 3 22 23 ']);
    expect([await inside.value(5), await inside.value(7), await inside.value(9)]).toEqual([12, 22, 23]);
  });

  it.each([
    ['no place of the first', '/Type/ObjStm', '5 0 12'],
    ['a place that is no number', '/Type/ObjStm/First(4)', '5 0 12'],
    ['numbers that are none', '/Type/ObjStm/First 5', '/A 0 12'],
    ['places that are none', '/Type/ObjStm/First 5', '5 /A 12'],
    ['places before the first', '/Type/ObjStm/First 5', '5 -5 12'],
    ['no numbers', '/Type/ObjStm/First 0', '5 0 12'],
    ['nothing', '/Type/ObjStm/First 10', ''],
  ])('holds nothing with %s', async (_, dictionary, content) => {
    const { inside } = await streamsOf([dictionary, content]);
    expect(await inside.value(5)).toBeUndefined();
  });

  it('holds what is before its broken numbers', async () => {
    const { inside } = await streamsOf([OBJECTS, '5 0 /A 312 13 ']);
    expect([await inside.value(5), await inside.value(7)]).toEqual([12, undefined]);
  });
});

it('streams that refer to themselves while they are decoded mean nothing', async () => {
  const { streams } = await streamsOf([OBJECTS]);
  const seen: unknown[] = [];
  const inside = objectStreams(streams, async () => {
    seen.push(await inside.value(5));
    return [Buffer.from('5 0 7 3 12 13 ')];
  });
  expect(await inside.value(5)).toBe(12);
  expect(seen).toEqual([undefined]);
});

it('are held in memory up to 64 MiB', async () => {
  const { streams } = await streamsOf([OBJECTS], [OBJECTS]);
  const half = Buffer.alloc(32 * 1024 * 1024);
  const first = [half, half];
  await expect(
    objectStreams(streams, async (stream) => (stream === streams[0] ? first : [])).contents(),
  ).resolves.toHaveLength(2);
  await expect(
    objectStreams(streams, async (stream) => (stream === streams[0] ? first : [Buffer.alloc(1)])).contents(),
  ).rejects.toMatchObject({ finding: 'limits-exceeded:memory' });
});
