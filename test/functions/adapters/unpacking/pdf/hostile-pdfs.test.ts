import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hexOf, lzwOf, PNG_PREDICTOR, pdfOf, pdfWith, pngPredicted, security } from '../../../../support/pdf-files.ts';
import { partsOf } from '../../../../support/pdf-parts.ts';

const text = Buffer.from('some text '.repeat(50));
const { trailer, encrypt } = security('aes-128', '');
const SEEDS = [
  pdfWith('/Filter/FlateDecode', deflateSync(text)),
  pdfWith('/Filter[/AHx/LZW]', hexOf(lzwOf(text))),
  pdfWith(PNG_PREDICTOR, pngPredicted(text)),
  pdfWith('/Filter/FlateDecode', deflateSync(text), trailer, encrypt),
  pdfOf([
    { dictionary: '/Type/ObjStm/N 1/First 4', data: Buffer.from('9 0 /FlateDecode') },
    { dictionary: '/Filter 9 0 R', data: text },
  ]),
];
const WORDS = [
  'obj',
  'endobj',
  'stream\n',
  'endstream',
  '<<',
  '>>',
  '[',
  '(',
  '/Filter',
  '/Length 99999 ',
  ' 4 0 R',
  'trailer',
  '\\',
  '%',
  '<',
];

describe('any bytes', () => {
  it('are read without a fault that is none of theirs', async () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat({ max: 30 }),
      put: fc.oneof(fc.constantFrom(...WORDS.map((word) => Buffer.from(word))), fc.uint8Array({ maxLength: 8 })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SEEDS),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        async (seed, changes) => {
          let pdf: Buffer = seed;
          for (const { at, remove, put } of changes) {
            const offset = Math.floor(at * pdf.length);
            pdf = Buffer.concat([pdf.subarray(0, offset), put, pdf.subarray(offset + remove)]);
          }
          await partsOf(pdf);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a file that is made to take long', () => {
  const MB = 1024 * 1024;
  const repeated = (word: string) => Buffer.from(`%PDF-1.7\n${word.repeat(Math.ceil(MB / word.length))}`, 'latin1');

  it.each<[string, Buffer]>([
    ['words stream', repeated('stream\n')],
    ['words obj', repeated(' obj')],
    ['objects that do not end', repeated('1 0 obj<<')],
    ['streams that do not end', repeated('1 0 obj<<>>stream\n')],
    ['dictionaries in dictionaries', repeated('<<')],
    ['strings that do not end', repeated('1 0 obj(')],
    ['strings around streams', repeated('(stream\n')],
    ['a string with streams', Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj<</A('), repeated('>>stream\n')])],
    ['arrays in arrays', repeated('1 0 obj[')],
    ['trailers', repeated('trailer<<')],
    ['trailers that refer to each other', repeated('1 0 obj 1 0 R trailer<</Encrypt 1 0 R>>')],
    ['lengths that refer to themselves', repeated('1 0 obj 1 0 R 1 0 obj<</Length 1 0 R>>stream\n')],
    ['comments', repeated('1 0 obj<<%')],
    ['numbers', repeated('1 0 ')],
  ])('%s', async (_name, pdf) => {
    const begun = process.cpuUsage();
    await partsOf(pdf);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000).toBeLessThan(15_000);
  });

  it('a stream that decodes to more than is allowed is over the limit', async () => {
    const bomb = deflateSync(deflateSync(Buffer.alloc(80 * MB)));
    const { findings } = await partsOf(pdfWith('/Filter[/FlateDecode/FlateDecode]', bomb));
    expect(findings).toEqual(['limits-exceeded:size']);
  });
});
