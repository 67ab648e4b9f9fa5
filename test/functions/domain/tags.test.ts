import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toTagSet } from '../../../emulator/s3/tag-rules.ts';
import {
  MAX_TAG_VALUE_LENGTH,
  MAX_TAGS,
  mergeVerdictTags,
  sameTags,
  sanitizeTagValue,
  withoutVerdictTags,
} from '../../../functions/domain/tags.ts';

const OUR_KEYS = new Set(['scan-status', 'scan-finding', 'scan-time', 'scan-definitions']);
const OURS = [...OUR_KEYS].map((key, index) => [key, `value ${index}`] as const);

const anyText = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  // Lone surrogates, pairs that the limit may cut in two, marks, separators and controls.
  fc
    .array(fc.constantFrom('\uD800', '\uDC00', '😀', '𝒳', 'é', 'e\u0301', '\u2028', '\n', '\0', '"', '<', 'a'), {
      maxLength: 300,
    })
    .map((parts) => parts.join('')),
);
const ownersTags = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/).map((key) => `owner-${key}`),
  fc.stringMatching(/^[\w .:/=+@-]{0,20}$/),
  { maxKeys: MAX_TAGS },
);
const staleOurs = fc.subarray([...OUR_KEYS]).map((keys) => Object.fromEntries(keys.map((key) => [key, 'stale'])));

describe('sanitizeTagValue', () => {
  it('makes any text a value that S3 takes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => toTagSet([['k', sanitizeTagValue(text)]])).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('leaves a legal value as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,200}$/u), (text) => {
        fc.pre(text.length <= MAX_TAG_VALUE_LENGTH);
        expect(sanitizeTagValue(text)).toBe(text);
      }),
    );
  });

  it.each([
    ['Win.Test.EICAR_HDB-1', 'Win.Test.EICAR_HDB-1'],
    ['extension-mismatch:pdf->application/zip', 'extension-mismatch:pdf-_application/zip'],
    ['type:application/x-msdownload; charset="x"', 'type:application/x-msdownload_ charset=_x_'],
    ['Ünïcode.Größe-名前', 'Ünïcode.Größe-名前'],
    ['line\nbreak\0nul', 'line_break_nul'],
    ['lone \uD83D surrogate', 'lone _ surrogate'],
    ['', ''],
  ])('says %j as %j', (text, value) => {
    expect(sanitizeTagValue(text)).toBe(value);
  });

  it('keeps 256 UTF-16 units and cuts no character in two', () => {
    expect(sanitizeTagValue('a'.repeat(257))).toHaveLength(256);
    expect(sanitizeTagValue('a'.repeat(256))).toHaveLength(256);
    expect(sanitizeTagValue(`${'a'.repeat(255)}𝒳`)).toBe('a'.repeat(255));
    expect(sanitizeTagValue(`${'a'.repeat(254)}𝒳z`)).toBe(`${'a'.repeat(254)}𝒳`);
  });
});

describe('mergeVerdictTags', () => {
  const merged = (current: Record<string, string>) => mergeVerdictTags(current, OURS, OUR_KEYS);

  it('keeps every tag of the owner’s, and stays within what S3 takes', () => {
    fc.assert(
      fc.property(ownersTags, staleOurs, anyText, (owners, stale, finding) => {
        fc.pre(Object.keys(owners).length + Object.keys(stale).length <= MAX_TAGS);
        const ours = [['scan-status', 'INFECTED'] as const, ['scan-finding', finding] as const];
        const { tags, tagged } = mergeVerdictTags({ ...owners, ...stale }, ours, OUR_KEYS);

        expect(tags).toMatchObject(owners);
        expect(() => toTagSet(Object.entries(tags))).not.toThrow();
        expect(Object.values(tags)).not.toContain('stale');
        expect(tagged).toBe(tags['scan-status'] === 'INFECTED');
        expect(tagged).toBe(Object.keys(owners).length < MAX_TAGS);
      }),
    );
  });

  it.each([
    [0, ['scan-status', 'scan-finding', 'scan-time', 'scan-definitions']],
    [6, ['scan-status', 'scan-finding', 'scan-time', 'scan-definitions']],
    [7, ['scan-status', 'scan-finding', 'scan-time']],
    [8, ['scan-status', 'scan-finding']],
    [9, ['scan-status']],
    [10, []],
  ])('beside %i tags of the owner’s there is room for %j', (count, keys) => {
    const owners = Object.fromEntries(Array.from({ length: count }, (_, index) => [`owner-${index}`, 'x']));
    const { tags, tagged } = merged(owners);
    expect(Object.keys(tags).filter((key) => OUR_KEYS.has(key))).toEqual(keys);
    expect(tagged).toBe(keys.length > 0);
  });

  it('drops what an earlier verdict said and this one does not', () => {
    const earlier = { project: 'x', 'scan-status': 'INFECTED', 'scan-finding': 'Win.Test' };
    expect(mergeVerdictTags(earlier, [['scan-status', 'CLEAN']], OUR_KEYS).tags).toEqual({
      project: 'x',
      'scan-status': 'CLEAN',
    });
  });

  it('lets no forged tag stand that an IAM condition cannot tell from ours', () => {
    const forged = { 'Scan-Status': 'CLEAN', 'SCAN-TIME': 'never', project: 'x' };
    expect(mergeVerdictTags(forged, [['scan-status', 'INFECTED']], OUR_KEYS).tags).toEqual({
      project: 'x',
      'scan-status': 'INFECTED',
    });
    expect(withoutVerdictTags(forged, OUR_KEYS)).toEqual({ project: 'x' });
    expect(withoutVerdictTags({ 'S3-VIRUSSCAN': 'clean' }, new Set(['s3-VirusScan']))).toEqual({});
  });

  it('is not led astray by keys that JavaScript objects know', () => {
    const owners = JSON.parse('{"__proto__": "p", "constructor": "c"}');
    const { tags } = merged(owners);
    expect(Object.entries(tags)).toEqual(expect.arrayContaining([['__proto__', 'p'], ['constructor', 'c'], ...OURS]));
    expect(sameTags(owners, { a: '1', b: '2' })).toBe(false);
  });
});

describe('sameTags', () => {
  it('does not mind the order', () => {
    fc.assert(
      fc.property(ownersTags, (tags) => {
        expect(sameTags(tags, Object.fromEntries(Object.entries(tags).reverse()))).toBe(true);
      }),
    );
  });

  it.each([
    [{ a: '1' }, { a: '2' }],
    [{ a: '1' }, { a: '1', b: '2' }],
    [{ a: '1', b: '2' }, { a: '1' }],
    [{ a: '1' }, { A: '1' }],
    [{ a: '' }, { b: '' }],
  ])('tells %j from %j', (a, b) => {
    expect(sameTags(a as Record<string, string>, b as Record<string, string>)).toBe(false);
  });
});
