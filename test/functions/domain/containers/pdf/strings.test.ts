import { describe, expect, it } from '@jest/globals';
import { fromHexadecimal, unescaped } from '../../../../../functions/domain/containers/pdf/strings.ts';

describe('hexadecimal digits', () => {
  it.each([
    ['4a4B', 'JK'],
    ['4 a\n4<B>', 'JK'],
    ['4a4', 'J@'],
    ['', ''],
    ['xyz', ''],
    ['gG', ''],
    ['AfFa', '\xaf\xfa'],
    ['09', '\x09'],
  ])('%j', (text, meaning) => {
    expect(fromHexadecimal(text).toString('latin1')).toBe(meaning);
  });
});

describe('characters in parentheses', () => {
  it.each([
    ['plain', 'plain'],
    ['\\n\\r\\t\\b\\f', '\n\r\t\b\f'],
    ['\\(\\)\\\\', '()\\'],
    ['\\x\\q', 'xq'],
    ['\\101\\102', 'AB'],
    ['\\1012', 'A2'],
    ['\\7\\61', '\x071'],
    ['\\18', '\x018'],
    ['\\8', '8'],
    ['\\501', 'A'],
    ['one\\\ntwo', 'onetwo'],
    ['one\\\r\ntwo', 'onetwo'],
    ['one\\\rtwo', 'onetwo'],
    ['one\rtwo\r\nthree\nfour', 'one\ntwo\nthree\nfour'],
    ['\\\\n', '\\n'],
    ['\xe4\\344', '\xe4\xe4'],
    ['end\\', 'end\\'],
  ])('%j', (text, meaning) => {
    expect(unescaped(text).toString('latin1')).toBe(meaning);
  });
});
