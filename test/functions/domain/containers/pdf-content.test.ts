import { expect, it } from '@jest/globals';
import { accountFor } from '../../../../functions/domain/containers/account.ts';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { overLimit } from '../../../../functions/domain/containers/unaccounted.ts';
import type { PdfContents, PdfPart, Unpacker } from '../../../../functions/domain/containers/unpacker.ts';
import { memoryUnpacker } from '../../../support/memory-unpacker.ts';
import { writeTar } from '../../../support/tar-writer.ts';
import { writeZip } from '../../../support/zip-writer.ts';

const LIMITS = { files: 100, depth: 3, bytes: 10_000, wholeBytes: 1000 };
const PDF = Buffer.from('%PDF-1.7\n');
const ZIP = writeZip([{ content: 'x' }]);

interface Told extends Partial<Omit<PdfContents, 'parts'>> {
  readonly parts?: readonly PdfPart[];
}

async function account(bytes: Buffer, told: Told | Told[] = {}, instead: Partial<Unpacker> = {}) {
  const answers = [told].flat();
  const { unpacker, scanned } = memoryUnpacker(undefined, {
    async pdfStreams() {
      const { parts = [], ...rest } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
      return {
        encryption: 'none',
        streams: [],
        parts: async function* () {
          yield* parts;
        },
        ...rest,
      };
    },
    ...instead,
  });
  const { findings, opened } = await accountFor(memorySource(bytes), unpacker, LIMITS);
  return { findings, opened: [...opened], scanned: scanned().map((part) => part.toString('latin1')) };
}
const content = (text: string | Buffer, reached: boolean): PdfPart => ({
  content: memorySource(Buffer.from(text as string)),
  reached,
});

it('visits each stream, and hands over those that the engine does not reach', async () => {
  const parts = [content('reached', true), content('not reached', false), content(writeZip([], { gap: ZIP }), true)];
  expect(await account(PDF, { parts })).toEqual({
    findings: ['ambiguous-archive:zip-gap'],
    opened: [],
    scanned: ['not reached'],
  });
});

it('reports why a stream is not there, and goes on', async () => {
  const parts: PdfPart[] = [{ problem: overLimit('size') }, content('next', false)];
  expect(await account(PDF, { parts })).toMatchObject({ findings: ['limits-exceeded:size'], scanned: ['next'] });
});

it('counts a stream as one level of depth', async () => {
  const wrap = (levels: number): Buffer => (levels === 0 ? PDF : writeZip([{ content: wrap(levels - 1) }]));
  const parts = [content('stream', false)];
  expect((await account(wrap(2), { parts })).findings).toEqual([]);
  expect((await account(wrap(3), { parts })).findings).toEqual(['limits-exceeded:depth']);
});

it('begins within the first 1,024 bytes', async () => {
  const parts = [content('stream', false)];
  const behind = (length: number) => account(Buffer.concat([Buffer.alloc(length), PDF]), { parts });
  expect((await behind(1019)).scanned).toEqual(['stream']);
  expect((await behind(1020)).scanned).toEqual([]);
});

it.each<[PdfContents['encryption'], string[], string[]]>([
  ['none', [], []],
  ['opened', [], ['pdf']],
  ['locked', ['encrypted'], []],
])('tells of encryption: %s', async (encryption, findings, opened) => {
  const parts = [content('stream', false)];
  expect(await account(PDF, { encryption, parts })).toEqual({ findings, opened, scanned: ['stream'] });
});

it('has opened PDFs only where it opened all of them', async () => {
  const two = writeTar([{ content: PDF }, { name: 'b', content: PDF }]);
  expect((await account(two, { encryption: 'opened' })).opened).toEqual(['pdf']);
  for (const order of [
    ['opened', 'locked'],
    ['locked', 'opened'],
  ] as const) {
    const { opened, findings } = await account(
      two,
      order.map((encryption) => ({ encryption })),
    );
    expect({ opened, findings }).toEqual({ opened: [], findings: ['encrypted'] });
  }
});

it('takes one that it cannot read for one that may be encrypted', async () => {
  const two = writeTar([{ content: PDF }, { name: 'b', content: PDF }]);
  let read = 0;
  const { findings, opened } = await account(
    two,
    {},
    {
      async pdfStreams() {
        read += 1;
        if (read === 2) throw overLimit('files');
        return { encryption: 'opened', streams: [], parts: async function* () {} };
      },
    },
  );
  expect({ findings, opened }).toEqual({ findings: ['limits-exceeded:files'], opened: [] });
});

it('passes a fault on', async () => {
  const fault = new Error('no room');
  await expect(
    account(
      PDF,
      {},
      {
        pdfStreams: async () => {
          throw fault;
        },
      },
    ),
  ).rejects.toBe(fault);
});

it('refuses an archive that is not in a stream', async () => {
  const file = Buffer.concat([PDF, ZIP, Buffer.from('endstream'), ZIP, Buffer.from('%%EOF')]);
  const first = { start: PDF.length, end: PDF.length + ZIP.length };
  const second = { start: first.end + 9, end: first.end + 9 + ZIP.length };
  const found = async (...streams: { start: number; end: number }[]) => (await account(file, { streams })).findings;
  expect(await found(first, second)).toEqual([]);
  expect(await found(second, first)).toEqual([]);
  expect(await found({ start: 0, end: file.length })).toEqual([]);
  const refused = ['ambiguous-archive:zip-behind-content'];
  expect(await found()).toEqual(refused);
  expect(await found(first)).toEqual(refused);
  expect(await found(second)).toEqual(refused);
  expect(await found({ start: first.start + 1, end: file.length })).toEqual(refused);
  expect(await found({ start: 0, end: first.start }, second)).toEqual(refused);
});

it('stops when the time is over, however many archives its streams hold', async () => {
  const streams = Array.from({ length: 50 }, (_, index) => ({
    start: PDF.length + index * ZIP.length,
    end: PDF.length + (index + 1) * ZIP.length,
  }));
  let turns = 0;
  const { findings } = await account(
    Buffer.concat([PDF, ...streams.map(() => ZIP)]),
    { streams },
    {
      async takeTurn() {
        turns += 1;
        if (turns > 10) throw overLimit('time');
      },
    },
  );
  expect(findings).toEqual(['limits-exceeded:time']);
});
