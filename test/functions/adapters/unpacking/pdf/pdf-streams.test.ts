import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  ascii85Of,
  hexOf,
  lzwGrowing,
  lzwOf,
  PNG_PREDICTOR,
  pdfOf,
  pdfWith,
  pngPredicted,
  runLengthOf,
  type Security,
  security,
} from '../../../../support/pdf-files.ts';
import { encryptionOf, partsOf } from '../../../../support/pdf-parts.ts';

const SECRET: Buffer = Buffer.from(`secret ${'0123456789'.repeat(40)}\n`);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const upTo = (pdf: Buffer, mark: string) => pdf.subarray(0, pdf.indexOf(mark, 0, 'latin1'));
const zipped = deflateSync(SECRET);

/** What is found of the secret: whether the engine reaches it, or null. */
async function secretIn(pdf: Buffer, secret = SECRET): Promise<{ reached: boolean } | null> {
  const { contents } = await partsOf(pdf);
  const found = contents.find(({ bytes }) => bytes.equals(secret));
  return found === undefined ? null : { reached: found.reached };
}

describe('streams that the engine decodes by itself', () => {
  it.each<[string, Buffer]>([
    ['Flate', pdfWith('/Filter/FlateDecode', zipped)],
    ['Flate in an array', pdfWith('/Filter[/FlateDecode]', zipped)],
    ['no filter', pdfWith('', SECRET)],
    ['a length elsewhere', pdfWith('/Filter/FlateDecode/Length 6 0 R', zipped, '', undefined, [String(zipped.length)])],
  ])('%s', async (_name, pdf) => {
    expect(await secretIn(pdf)).toEqual({ reached: true });
  });
});

describe('streams that are scanned on their own', () => {
  const png = latin1('y'.repeat(640));
  it.each<readonly [string, Buffer, Buffer?]>([
    ['Flate under an abbreviation', pdfWith('/Filter/Fl', zipped)],
    ['Flate under an escaped name', pdfWith('/Filter/#46late#44ecode', zipped)],
    ['Flate twice', pdfWith('/Filter[/FlateDecode/FlateDecode]', deflateSync(zipped))],
    ['Flate without a header', pdfWith('/Filter/FlateDecode', deflateRawSync(SECRET))],
    [
      'Flate with a wrong checksum',
      pdfWith('/Filter/FlateDecode', Buffer.concat([zipped.subarray(0, -4), latin1('xxxx')])),
    ],
    ['Flate under an abbreviation of its key', pdfWith('/F/FlateDecode', zipped)],
    ['data beside the name of another file', pdfWith('/F(other.bin)', SECRET)],
    ['data beside the name of another file in a dictionary', pdfWith('/F<</F(other.bin)>>', SECRET)],
    ['ASCII85', pdfWith('/Filter[/ASCII85Decode/FlateDecode]', ascii85Of(zipped))],
    ['ASCII85 with a beginning', pdfWith('/Filter/A85', Buffer.concat([latin1('<~'), ascii85Of(SECRET)]))],
    ['ASCIIHex', pdfWith('/Filter[/AHx/Fl]', hexOf(zipped))],
    ['run lengths', pdfWith('/Filter[/RunLengthDecode/FlateDecode]', runLengthOf(zipped))],
    ['LZW', pdfWith('/Filter/LZWDecode', lzwOf(SECRET))],
    ['LZW with growing codes', pdfWith('/Filter/LZW', lzwGrowing(SECRET, 1))],
    ['LZW in the manner of TIFF', pdfWith('/Filter/LZW/DecodeParms<</EarlyChange 0>>', lzwGrowing(SECRET, 0))],
    ['a PNG predictor', pdfWith(PNG_PREDICTOR, pngPredicted(png)), png],
    ['an image', pdfWith('/Subtype/Image/Filter/FlateDecode', zipped)],
    ['an indirect filter', pdfWith('/Filter 6 0 R', zipped, '', undefined, ['[7 0 R]', '/FlateDecode'])],
    ['a null before the filter', pdfWith('/Filter[null/FlateDecode]', zipped)],
    ['two filters of one name', pdfWith('/Filter/ASCIIHexDecode/Filter/FlateDecode', zipped)],
    ['an identity crypt filter', pdfWith('/Filter[/Crypt/FlateDecode]/DecodeParms[<</Name/Identity>>null]', zipped)],
    ['a length that is nowhere', pdfWith('/Filter/FlateDecode/Length 99 0 R', zipped)],
    ['a length that is too short', pdfWith('/Length 3', SECRET)],
    ['what a URI refers to', pdfWith('/Filter/FlateDecode', zipped, '', undefined, ['<</URI 4 0 R>>'])],
    [
      'a byte order mark before the file',
      Buffer.concat([latin1('\xef\xbb\xbf'), pdfWith('/Filter/FlateDecode', zipped)]),
    ],
    [
      'no end of the object before',
      latin1(pdfWith('/Filter/FlateDecode', zipped).toString('latin1').replace('200]>>\nendobj', '200]>>')),
    ],
    ['no end of the stream', upTo(pdfWith('/Filter/FlateDecode', zipped), '\nendstream')],
    ['a length elsewhere, without a filter', pdfWith('/Length 6 0 R', SECRET, '', undefined, [String(SECRET.length)])],
    ['a dictionary with a comment', pdfWith('% a\n/Filter/FlateDecode', zipped)],
    ['JPEG behind Flate', pdfWith('/Filter[/FlateDecode/DCTDecode]', zipped)],
  ])('%s', async (_name: string, pdf: Buffer, secret: Buffer = SECRET) => {
    expect(await secretIn(pdf, secret)).toEqual({ reached: false });
  });

  it('a length in an object stream, where the data hold the word endstream', async () => {
    const secret = latin1('before\nendstream\nafter');
    const numbers = deflateSync(latin1(`6 0 ${secret.length}`));
    const inside = { dictionary: '/Type/ObjStm/N 1/First 4/Filter/FlateDecode', data: numbers };
    expect(await secretIn(pdfWith('/Length 6 0 R', secret, '', undefined, ['null', inside].slice(1)), secret)).toEqual({
      reached: false,
    });
  });

  it('bytes behind the end of deflated data', async () => {
    const tail = randomBytes(300);
    const pdf = pdfWith('/Filter/FlateDecode', Buffer.concat([zipped, tail]));
    expect(await secretIn(pdf, tail)).toEqual({ reached: false });
    const nested = pdfWith('/Filter[/ASCIIHexDecode/FlateDecode]', hexOf(Buffer.concat([zipped, tail])));
    expect(await secretIn(nested, tail)).toEqual({ reached: false });
  });

  it('stored blocks that are longer than a piece, in data that zlib refuses', async () => {
    const long = Buffer.concat([randomBytes(60_000), SECRET]);
    const wrong = Buffer.concat([deflateSync(long, { level: 0 }).subarray(0, -4), latin1('xxxx')]);
    expect(await secretIn(pdfWith('/Filter/FlateDecode', wrong), long)).toEqual({ reached: false });
  });

  it('bytes behind data that break off', async () => {
    const tail = randomBytes(300);
    const broken = Buffer.concat([latin1('\0\x04\0\xfb\xffgood\x07'), tail]);
    const { contents } = await partsOf(pdfWith('/Filter/FlateDecode', broken));
    expect(contents.map(({ bytes }) => bytes)).toEqual([latin1('good'), broken]);
  });

  it('what can be read of broken and of truncated data', async () => {
    const text = randomBytes(40_000).toString('hex');
    const whole = deflateSync(latin1(text));
    const broken = Buffer.from(whole);
    broken.fill(0xff, 20_000, 20_064);
    for (const data of [whole.subarray(0, 30_000), broken]) {
      const { contents } = await partsOf(pdfWith('/Filter/FlateDecode', data));
      const longest = contents.map(({ bytes }) => bytes.toString('latin1')).find((read) => read.length > 20_000) ?? '';
      expect(longest.slice(0, 30_000)).toBe(text.slice(0, 30_000));
    }
  });

  it('streams of every revision, and those inside others', async () => {
    const older = pdfWith('/Filter/FlateDecode', zipped);
    const newer = latin1(
      '4 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n1\n%%EOF\n',
    );
    expect(await secretIn(Buffer.concat([older, newer]))).not.toBeNull();
    expect(
      await secretIn(pdfWith('', pdfWith(PNG_PREDICTOR, pngPredicted(latin1('z'.repeat(64))))), latin1('z'.repeat(64))),
    ).toEqual({ reached: false });
  });
});

describe('what cannot be decoded', () => {
  it('is nothing beside the name of another file', async () => {
    for (const file of ['(other.bin)', '<</F(other.bin)>>']) {
      expect((await partsOf(pdfWith(`/F${file}`, SECRET))).findings).toEqual([]);
    }
  });

  it('is content as it is behind an image filter or an unknown one, which is a finding', async () => {
    expect(await partsOf(pdfWith('/Filter/JPXDecode', SECRET))).toMatchObject({ findings: [] });
    const unknown = await partsOf(pdfWith('/Filter[/FlateDecode/Strange]', zipped));
    expect(unknown.findings).toEqual(['unsupported-format:pdf-filter']);
    expect(unknown.contents.map(({ bytes }) => bytes)).toContainEqual(SECRET);
  });

  it('and is over a limit when a row is larger than a picture can be', async () => {
    const { findings } = await partsOf(
      pdfWith('/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 99999999>>', zipped),
    );
    expect(findings).toEqual(['limits-exceeded:memory']);
  });
});

describe('encrypted PDFs', () => {
  const kinds: Security[] = ['rc4-40', 'rc4-128', 'aes-128', 'aes-256'];

  it.each(kinds)('%s under the empty password is read', async (kind) => {
    const { trailer, encrypt } = security(kind, '');
    const pdf = pdfWith('/Filter/FlateDecode', zipped, trailer, encrypt);
    expect(await encryptionOf(pdf)).toBe('opened');
    expect(await secretIn(pdf)).toEqual({ reached: false });
  });

  it.each(kinds)('%s under another password is not', async (kind) => {
    const { trailer, encrypt } = security(kind, 'password');
    const pdf = pdfWith('/Filter/FlateDecode', zipped, trailer, encrypt);
    expect(await encryptionOf(pdf)).toBe('locked');
    expect(await secretIn(pdf)).toBeNull();
  });

  it('an unknown handler, and one of two that does not open, are locked', async () => {
    const unknown = pdfWith('', SECRET, '/Encrypt<</Filter/Adobe.PubSec/V 4>>');
    expect(await encryptionOf(unknown)).toBe('locked');
    const [open, shut] = [security('rc4-128', ''), security('rc4-128', 'x')];
    const both = Buffer.concat([
      pdfWith('', SECRET, open.trailer, open.encrypt),
      latin1(`trailer\n<<${shut.trailer}>>\n`),
    ]);
    expect(await encryptionOf(both)).toBe('locked');
  });

  it('content that is not encrypted in them is read, too', async () => {
    const { trailer } = security('aes-128', '');
    expect(await secretIn(pdfWith('/Filter/FlateDecode', zipped, trailer))).toEqual({ reached: false });
  });

  it('the dictionary may be an object of its own', async () => {
    const { trailer, encrypt } = security('rc4-128', '');
    const [, dictionary = '', rest = ''] = /^\/Encrypt(<<.*>>)(\/ID.*)$/.exec(trailer) ?? [];
    const objects = ['<</Type/Catalog>>', dictionary, { dictionary: '/Filter/FlateDecode', data: zipped }];
    expect(await secretIn(pdfOf(objects, `/Encrypt 2 0 R${rest}`, encrypt))).toEqual({ reached: false });
    // A filter may be in an object stream, which is encrypted as well.
    const inside = { dictionary: '/Type/ObjStm/N 1/First 4', data: latin1('9 0 /FlateDecode') };
    const streams = ['<</Type/Catalog>>', dictionary, { dictionary: '/Filter 9 0 R', data: zipped }, inside];
    expect(await secretIn(pdfOf(streams, `/Encrypt 2 0 R${rest}`, encrypt))).toEqual({ reached: false });
  });
});
