import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { type FilterChain, filterChain } from '../../../../../functions/domain/containers/pdf/filter-chain.ts';
import { InflateDecoder } from '../../../../../functions/domain/containers/pdf/inflate-decoder.ts';
import { PdfLexer } from '../../../../../functions/domain/containers/pdf/lexer.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';
import { ascii85Of, hexOf, lzwGrowing, pngRows, runLengthOf } from '../../../../support/pdf-files.ts';

const value = (text: string) => new PdfLexer(Buffer.from(text)).value() ?? null;
const chainOf = (filter: string, parameters = 'null') =>
  filterChain(value(filter), value(parameters), () => new InflateDecoder());

const through = ({ decoders }: FilterChain, bytes: Buffer) =>
  decoders.reduce((input, make) => decodeInPieces(make(), input).content, bytes);

const TEXT = Buffer.from('some text, some more text. '.repeat(40));

describe('one filter', () => {
  it.each<[string, Buffer]>([
    ['/FlateDecode', deflateSync(TEXT)],
    ['/Fl', deflateSync(TEXT)],
    ['/LZWDecode', lzwGrowing(TEXT, 1)],
    ['/LZW', lzwGrowing(TEXT, 1)],
    ['/ASCII85Decode', ascii85Of(TEXT)],
    ['/A85', ascii85Of(TEXT)],
    ['/ASCIIHexDecode', hexOf(TEXT)],
    ['/AHx', hexOf(TEXT)],
    ['/RunLengthDecode', runLengthOf(TEXT)],
    ['/RL', runLengthOf(TEXT)],
    ['[/RL]', runLengthOf(TEXT)],
    ['[null/RL null]', runLengthOf(TEXT)],
  ])('%s decodes', (filter, bytes) => {
    const chain = chainOf(filter);
    expect(through(chain, bytes)).toEqual(TEXT);
    expect(chain).toMatchObject({ problem: null, crypt: [], decoders: { length: 1 } });
  });

  it.each(['null', '[]', '[null]'])('%s decodes nothing', (filter) => {
    expect(chainOf(filter)).toEqual({ decoders: [], problem: null, crypt: [] });
  });

  it.each(['/CCITTFaxDecode', '/CCF', '/DCTDecode', '/DCT', '/JPXDecode', '/JBIG2Decode', '[/DCT/Strange]'])(
    '%s is a picture',
    (filter) => {
      expect(chainOf(filter)).toEqual({ decoders: [], problem: null, crypt: [] });
    },
  );

  it.each(['/Strange', '(FlateDecode)', '7', '[[/FlateDecode]]', '/', '/Crypto'])(
    '%s is nothing that anyone knows',
    (filter) => {
      expect(chainOf(filter)).toMatchObject({ decoders: [], problem: { finding: 'unsupported-format:pdf-filter' } });
    },
  );
});

describe('several filters', () => {
  it('decode one after another', () => {
    expect(through(chainOf('[/AHx/Fl/RL]'), hexOf(deflateSync(runLengthOf(TEXT))))).toEqual(TEXT);
  });

  it('decode up to a picture, or to what nobody knows', () => {
    const picture = chainOf('[/AHx/DCT/RL]');
    expect([through(picture, hexOf(TEXT)), picture.problem]).toEqual([TEXT, null]);
    const strange = chainOf('[/AHx/Strange/RL]');
    expect(through(strange, hexOf(TEXT))).toEqual(TEXT);
    expect(strange.problem).toMatchObject({ finding: 'unsupported-format:pdf-filter' });
  });

  it('are at most 16', () => {
    const many = (count: number) => `[${'/AHx'.repeat(count)}]`;
    expect(chainOf(many(16))).toMatchObject({ decoders: { length: 16 }, problem: null });
    expect(chainOf(many(17))).toMatchObject({
      decoders: { length: 16 },
      problem: { finding: 'unsupported-format:pdf-filter' },
    });
    expect(chainOf(`[${'/AHx'.repeat(16)} null]`).problem).toBeNull();
    expect(chainOf(`[${'/AHx'.repeat(16)}/DCT]`).problem).toBeNull();
  });
});

describe('parameters', () => {
  const TIFF = lzwGrowing(TEXT, 0);
  it.each<[string, string, Buffer]>([
    ['/LZW', '<</EarlyChange 0>>', TIFF],
    ['/LZW', '<</EarlyChange 1>>', lzwGrowing(TEXT, 1)],
    ['[/LZW]', '[<</EarlyChange 0>>]', TIFF],
    ['[/LZW]', '<</EarlyChange 0>>', TIFF],
    ['[null/LZW]', '[null<</EarlyChange 0>>]', TIFF],
    ['[/LZW/RL]', '<</EarlyChange 0>>', lzwGrowing(runLengthOf(TEXT), 0)],
    ['[/AHx/LZW]', '<</EarlyChange 0>>', hexOf(lzwGrowing(TEXT, 1))],
    ['[/AHx/LZW]', '[null<</EarlyChange 0>>]', hexOf(TIFF)],
    ['[/AHx/LZW]', '[<</EarlyChange 0>>null]', hexOf(lzwGrowing(TEXT, 1))],
    ['[/AHx/LZW]', '[<</EarlyChange 0>>]', hexOf(lzwGrowing(TEXT, 1))],
  ])('%s %s', (filter, parameters, bytes) => {
    expect(through(chainOf(filter, parameters), bytes)).toEqual(TEXT);
  });

  const ROWS = TEXT.subarray(0, 640);
  it.each<[string, string, Buffer]>([
    ['/Fl', '<</Predictor 15/Columns 64>>', deflateSync(pngRows(ROWS, 64))],
    ['/LZW', '<</Predictor 10/Columns 64>>', lzwGrowing(pngRows(ROWS, 64), 1)],
    ['[/AHx/Fl]', '[null<</Predictor 12.9/Columns 64.5>>]', hexOf(deflateSync(pngRows(ROWS, 64)))],
    ['/Fl', '<</Predictor 15/Columns 64/Colors 0/BitsPerComponent 7>>', deflateSync(pngRows(ROWS, 64))],
    ['/Fl', '<</Predictor 15/Columns 64/Colors(3)/BitsPerComponent(4)>>', deflateSync(pngRows(ROWS, 64))],
    ['/Fl', '<</Predictor 1/Columns 64>>', deflateSync(ROWS)],
    ['/Fl', '<</Predictor 9/Columns 64>>', deflateSync(ROWS)],
    ['/Fl', '<</Predictor 3/Columns 64>>', deflateSync(ROWS)],
    ['/Fl', '<</Columns 64>>', deflateSync(ROWS)],
    ['/RL', '<</Predictor 15/Columns 64>>', runLengthOf(ROWS)],
  ])('%s %s predict, or do not', (filter, parameters, bytes) => {
    expect(through(chainOf(filter, parameters), bytes)).toEqual(ROWS);
  });

  it('predict in the manner of TIFF', () => {
    const chain = (parameters: string) => through(chainOf('/Fl', parameters), deflateSync(Buffer.from([1, 1, 1, 1])));
    expect(chain('<</Predictor 2/Columns 4>>')).toEqual(Buffer.from([1, 2, 3, 4]));
    expect(chain('<</Predictor 2/Columns 2>>')).toEqual(Buffer.from([1, 2, 1, 2]));
    expect(chain('<</Predictor 2/Columns 2/Colors 2>>')).toEqual(Buffer.from([1, 1, 2, 2]));
    expect(chain('<</Predictor 2>>')).toEqual(Buffer.from([1, 1, 1, 1]));
    for (const [bits, expected] of [
      [1, [1, 1, 1, 1]],
      [4, [1, 1, 1, 1]],
      [16, [1, 1, 2, 2]],
    ] as const) {
      const columns = bits === 16 ? 2 : 8 / bits;
      const predicted = chain(`<</Predictor 2/BitsPerComponent ${bits}/Columns ${columns}>>`);
      expect([bits, [...predicted]]).toEqual([bits, expected]);
    }
  });

  it('that ask for too much are refused when they are used', () => {
    const { decoders } = chainOf('/Fl', '<</Predictor 15/Columns 99999999>>');
    expect(() => decoders.map((make) => make())).toThrow(
      expect.objectContaining({ finding: 'limits-exceeded:memory' }),
    );
  });
});

describe('crypt filters', () => {
  it.each([
    ['/Crypt', 'null', ['Identity']],
    ['/Crypt', '<</Name/A>>', ['A']],
    ['/Crypt', '<</Name(A)>>', ['Identity']],
    ['[/Crypt/AHx/Crypt]', '[<</Name/A>>null<</Name/B>>]', ['A', 'B']],
  ])('of %s %s have names', (filter, parameters, crypt) => {
    expect(chainOf(filter, parameters).crypt).toEqual(crypt);
  });

  it('decode nothing themselves', () => {
    expect(through(chainOf('[/Crypt/AHx]'), hexOf(TEXT))).toEqual(TEXT);
    expect(chainOf('/Crypt').decoders).toEqual([]);
  });
});
