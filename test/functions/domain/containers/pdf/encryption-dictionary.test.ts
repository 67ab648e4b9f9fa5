import { describe, expect, it } from '@jest/globals';
import {
  type PdfEncryption,
  readEncryption,
} from '../../../../../functions/domain/containers/pdf/encryption-dictionary.ts';
import { PdfLexer } from '../../../../../functions/domain/containers/pdf/lexer.ts';
import { PdfDictionary } from '../../../../../functions/domain/containers/pdf/values.ts';

const ID = Buffer.from('id');

function read(entries: string): PdfEncryption | null {
  const dictionary = new PdfLexer(Buffer.from(`<<${entries}>>`)).value();
  if (!(dictionary instanceof PdfDictionary)) throw new Error('no dictionary');
  return readEncryption(dictionary, ID);
}

it('reads the oldest', () => {
  expect(read('/Filter/Standard/V 1/R 2/P -44/O(owner)/U(user)')).toEqual({
    revision: 2,
    keyBytes: [5, 16],
    owner: Buffer.from('owner'),
    user: Buffer.from('user'),
    userKey: Buffer.alloc(0),
    permissions: -44,
    encryptMetadata: true,
    id: ID,
    streamMethods: ['rc4'],
    filters: new Map([['Identity', 'identity']]),
  });
});

it('reads the newest', () => {
  const userKey = 'k'.repeat(32);
  const filters = '/CF<</StdCF<</CFM/AESV3>>>>/StmF/StdCF/StrF/StdCF';
  expect(
    read(`/Filter/Standard/V 5/R 6/Length 256/P -44${filters}/UE(${userKey}more)/EncryptMetadata false`),
  ).toMatchObject({
    revision: 6,
    userKey: Buffer.from(userKey),
    encryptMetadata: false,
    streamMethods: ['aes-256', 'identity'],
    filters: new Map([
      ['Identity', 'identity'],
      ['StdCF', 'aes-256'],
    ]),
  });
});

describe('the length of the key', () => {
  it.each([
    ['/V 1/R 2/Length 128', [5, 16]],
    ['/V 2/R 3', [5, 16]],
    ['/V 2/R 3/Length 40', [5, 16]],
    ['/V 2/R 3/Length 128', [16, 5]],
    ['/V 2/R 3/Length 64', [8, 16, 5]],
    ['/V 2/R 3/Length 8', [16, 5]],
    ['/V 2/R 3/Length 32', [16, 5]],
    ['/V 2/R 3/Length 136', [16, 5]],
    ['/V 2/R 3/Length 71', [8, 16, 5]],
    ['/V 2/R 3/Length(64)', [5, 16]],
    ['/V 2/R 3/Length -64', [16, 5]],
  ])('of %s', (entries, lengths) => {
    expect(read(`/Filter/Standard${entries}`)?.keyBytes).toEqual(lengths);
  });
});

describe('what nobody knows', () => {
  it.each([
    ['another handler', '/Filter/Adobe.PubSec/V 4/R 4'],
    ['no handler', '/V 4/R 4'],
    ['a handler in a string', '/Filter(Standard)/V 4/R 4'],
    ['no version', '/Filter/Standard/R 4'],
    ['version 0', '/Filter/Standard/V 0/R 4'],
    ['version 6', '/Filter/Standard/V 6/R 4'],
    ['version 1.5', '/Filter/Standard/V 1.5/R 4'],
    ['no revision', '/Filter/Standard/V 4'],
    ['revision 1', '/Filter/Standard/V 4/R 1'],
    ['revision 7', '/Filter/Standard/V 4/R 7'],
  ])('is %s', (_, entries) => {
    expect(read(entries)).toBeNull();
  });

  it.each([1, 2, 3, 4, 5])('is not version %d', (version) => {
    expect(read(`/Filter/Standard/V ${version}/R 3`)).not.toBeNull();
  });

  it.each([2, 3, 4, 5, 6])('is not revision %d', (revision) => {
    expect(read(`/Filter/Standard/V 4/R ${revision}`)?.revision).toBe(revision);
  });
});

describe('the methods of streams', () => {
  const methods = (entries: string, version = 4) => read(`/Filter/Standard/V ${version}/R 4${entries}`)?.streamMethods;
  const CF =
    '/CF<</A<</CFM/V2>>/B<</CFM/AESV2>>/C<</CFM/AESV3>>/N<</CFM/None>>/O<<>>/X<</CFM/Strange>>/Y 1/Identity<</CFM/V2>>>>';

  it.each([
    ['', ['identity']],
    ['/StmF/Identity', ['identity']],
    [`${CF}/StmF/A`, ['rc4', 'identity']],
    [`${CF}/StmF/B/EFF/B`, ['aes-128']],
    [`${CF}/StmF/C/EFF/A`, ['aes-256', 'rc4']],
    [`${CF}/EFF/A`, ['identity', 'rc4']],
    [`${CF}/StmF/N`, ['identity']],
    [`${CF}/StmF/O/EFF/A`, ['identity', 'rc4']],
    [`${CF}/StmF/X/EFF/A`, ['rc4']],
    [`${CF}/StmF/Y/EFF/A`, ['rc4']],
    [`${CF}/StmF/Identity/EFF/A`, ['identity', 'rc4']],
    [`${CF}/StmF/Missing/EFF/Missing`, []],
    ['/CF 1/StmF/A/EFF/Identity', ['identity']],
  ])('%s', (entries, expected) => {
    expect(methods(entries)).toEqual(expected);
  });

  it('are RC4 before there were filters', () => {
    expect(methods(`${CF}/StmF/B`, 3)).toEqual(['rc4']);
    expect(methods(`${CF}/StmF/B`, 5)).toEqual(['aes-128', 'identity']);
  });
});

it.each([
  ['/P 4294967252', -44],
  ['/P(text)', 0],
  ['', 0],
])('permissions of %j are %d', (entries, permissions) => {
  expect(read(`/Filter/Standard/V 1/R 2${entries}`)?.permissions).toBe(permissions);
});

it('takes strings only where there should be strings', () => {
  expect(read('/Filter/Standard/V 1/R 2/O 1/U/Name/UE[]')).toMatchObject({
    owner: Buffer.alloc(0),
    user: Buffer.alloc(0),
    userKey: Buffer.alloc(0),
  });
});
