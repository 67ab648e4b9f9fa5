import { describe, expect, it } from '@jest/globals';
import { openEncryption } from '../../../../../functions/adapters/unpacking/pdf/decryption.ts';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { findStreams } from '../../../../../functions/domain/containers/pdf/find-streams.ts';
import { PdfFile } from '../../../../../functions/domain/containers/pdf/pdf-file.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';
import { pdfOf, pdfWith, type Security, security } from '../../../../support/pdf-files.ts';

const SECRET = Buffer.from('secret');
const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** What the encryption of a file is, and its first stream decrypted in every way there is. */
async function opened(pdf: Buffer, crypt: string[] = []) {
  const file = await PdfFile.open(memorySource(pdf));
  const streams = await findStreams(file);
  const { state, methodsFor } = await openEncryption(file, streams);
  const [stream] = streams;
  if (stream === undefined) throw new Error('no stream');
  const data = pdf.subarray(stream.start, pdf.indexOf('\nendstream', stream.start));
  const found = methodsFor(stream, crypt).map((make) => decodeInPieces(make(), data).content.toString('latin1'));
  return { state, found };
}
const secured = (kind: Security, password = '', change = (trailer: string) => trailer) => {
  const { trailer, encrypt } = security(kind, password);
  return pdfWith('', SECRET, change(trailer), encrypt);
};
const and = (pdf: Buffer, ...trailers: string[]) =>
  Buffer.concat([pdf, latin1(trailers.map((trailer) => `trailer\n<<${trailer}>>\n`).join(''))]);

describe('a file', () => {
  it.each<Security>(['rc4-40', 'rc4-128', 'aes-128', 'aes-256'])('under %s opens', async (kind) => {
    expect(await opened(secured(kind))).toEqual({ state: 'opened', found: ['secret'] });
    expect(await opened(secured(kind, 'x'))).toEqual({ state: 'locked', found: [] });
  });

  it.each([
    ['none', pdfWith('', SECRET)],
    ['none', pdfWith('', SECRET, '/Encrypt null')],
    ['none', pdfWith('', SECRET, '/Encrypt 99 0 R')],
    ['locked', pdfWith('', SECRET, '/Encrypt<<>>')],
    ['locked', pdfWith('', SECRET, '/Encrypt<</Filter/Adobe.PubSec>>')],
  ])('has encryption: %s', async (state, pdf) => {
    expect(await opened(pdf)).toEqual({ state, found: [] });
  });

  it('may have it in the dictionary of a stream', async () => {
    const { trailer, encrypt } = security('rc4-128', '');
    const pdf = pdfOf(
      [
        { dictionary: '', data: SECRET },
        { dictionary: `/Type/XRef${trailer}`, data: SECRET },
      ],
      '',
      encrypt,
    );
    expect(await opened(pdf)).toEqual({ state: 'opened', found: ['secret'] });
  });

  it('may have it in an object of its own, in any revision', async () => {
    const { trailer, encrypt } = security('rc4-128', '');
    const [, dictionary = '', id = ''] = /^\/Encrypt(<<.*>>)(\/ID.*)$/.exec(trailer) ?? [];
    const own = pdfOf([{ dictionary: '', data: SECRET }, dictionary], `/Encrypt 2 0 R${id}`, encrypt);
    expect(await opened(own)).toEqual({ state: 'opened', found: ['secret'] });
    const newer = Buffer.concat([own, latin1('2 0 obj<</Filter/Standard/V 9>>endobj\n')]);
    expect(await opened(newer)).toEqual({ state: 'locked', found: ['secret'] });
  });

  it('may have its identity in an object of its own, or several of them', async () => {
    const { trailer, encrypt } = security('rc4-128', '');
    const [, rest = '', id = ''] = /^(.*)\/ID(.*)$/.exec(trailer) ?? [];
    const objects = [{ dictionary: '', data: SECRET }, id];
    expect(await opened(pdfOf(objects, `${rest}/ID 2 0 R`, encrypt))).toEqual({ state: 'opened', found: ['secret'] });
    const others = Array.from({ length: 7 }, (_, index) => `/ID[<0${index}><00>]`);
    const pdf = pdfOf(objects, rest, encrypt);
    expect((await opened(and(pdf, ...others, `/ID${id}`))).state).toBe('opened');
    expect((await opened(and(pdf, ...others, '/ID[<aa>]', `/ID${id}`))).state).toBe('locked');
    expect((await opened(and(pdf, '/ID 7', '/ID[7]', '/ID[]', `/ID${id}`))).state).toBe('opened');
  });

  it('without an identity may open as well', async () => {
    const { trailer, encrypt } = security('aes-256', '');
    const pdf = pdfWith('', SECRET, trailer.replace(/\/ID.*$/, ''), encrypt);
    expect(await opened(pdf)).toEqual({ state: 'opened', found: ['secret'] });
  });
});

describe('several encryptions in one file', () => {
  it('are each tried', async () => {
    const other = security('aes-128', '').trailer;
    const { state, found } = await opened(and(secured('rc4-128'), other));
    expect(state).toBe('opened');
    expect(found).toHaveLength(2);
    expect(found).toContain('secret');
  });

  it('that are the same are one', async () => {
    const { trailer, encrypt } = security('rc4-128', '');
    expect((await opened(and(pdfWith('', SECRET, trailer, encrypt), ...Array(20).fill(trailer)))).found).toEqual([
      'secret',
    ]);
  });

  it('lock the file if one of them does not open', async () => {
    const shut = security('rc4-128', 'x').trailer;
    expect(await opened(and(secured('rc4-128'), shut))).toEqual({ state: 'locked', found: ['secret'] });
    expect(await opened(and(secured('rc4-128'), '/Encrypt<</Filter/Other>>'))).toMatchObject({ state: 'locked' });
  });

  it('are at most eight', async () => {
    const others = (count: number) => Array.from({ length: count }, () => security('rc4-128', '').trailer);
    expect((await opened(and(secured('rc4-128'), ...others(7)))).state).toBe('opened');
    const many = await opened(and(secured('rc4-128'), ...others(30)));
    expect(many.state).toBe('locked');
    expect(many.found.length).toBeLessThan(10);
  });

  it('that differ in one entry are several', async () => {
    const { trailer, encrypt } = security('rc4-128', '');
    const pdf = pdfWith('', SECRET, trailer, encrypt);
    for (const change of [
      trailer.replace('/R 3', '/R 2'),
      trailer.replace('/O<', '/O<00'),
      trailer.replace('/U<', '/U<00'),
      trailer.replace('-1852', '-1853'),
    ]) {
      expect((await opened(and(pdf, change))).state).toBe('locked');
    }
  });
});

describe('the methods of a stream', () => {
  it('are those of the file, and those its own filters name', async () => {
    const identity = (trailer: string) => trailer.replace('/StmF/StdCF', '/StmF/Identity');
    expect((await opened(secured('aes-128', '', identity))).found).toEqual([]);
    expect((await opened(secured('aes-128', '', identity), ['StdCF'])).found).toEqual(['secret']);
    expect((await opened(secured('aes-128', '', identity), ['Identity', 'Missing'])).found).toEqual([]);
    expect((await opened(secured('aes-128'), ['StdCF', 'StdCF'])).found).toEqual(['secret']);
    const embedded = (trailer: string) => identity(trailer).replace('/StrF', '/EFF/StdCF/StrF');
    expect((await opened(secured('aes-128', '', embedded))).found).toEqual(['secret']);
  });

  it('are none where the key does not fit them', async () => {
    const { trailer, encrypt } = security('aes-128', '');
    expect((await opened(pdfWith('', SECRET, trailer.replace('AESV2', 'AESV3'), encrypt))).found).toEqual([]);
    const short = security('rc4-40', '');
    const filters = '/V 4/CF<</A<</CFM/AESV2>>>>/StmF/A';
    expect(await opened(pdfWith('', SECRET, short.trailer.replace('/V 1', filters), short.encrypt))).toEqual({
      state: 'opened',
      found: [],
    });
  });
});
