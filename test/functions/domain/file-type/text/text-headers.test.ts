import { describe, expect, it } from '@jest/globals';
import { isMail, isSymbolicLink } from '../../../../../functions/domain/file-type/text/text-headers.ts';

describe('a mail', () => {
  it.each([
    'MIME-Version: 1.0\n',
    'mime-version:1.0\r\n',
    '\n\nSubject: x\nMIME-Version: 1.0\n',
    'From a@b Thu Jan 1\nSubject: x\nMIME-Version: 1.0\n',
    'Content-Transfer-Encoding: base64\n',
    'Content-Type: text/html\n',
    'Content-Type:\r\n\tmultipart/mixed\r\n',
    'A: b\n continued\n\tagain\nContent-Type: message/rfc822\n',
    'A: b\rContent-Type: TEXT/HTML\r',
  ])('has headers that say how to decode it: %j', (text) => expect(isMail(text)).toBe(true));

  it.each([
    '',
    'From: a\nSubject: b\n\nMIME-Version: 1.0\n',
    'a text\nMIME-Version: 1.0\n',
    'a text: with\nMIME-Version: 1.0\n',
    'From a@b\na text\nMIME-Version: 1.0\n',
    'Content-Type: text/plain\n',
    'X-MIME-Version: 1.0\n',
    'MIME-Version: x\n',
    'Metadata-Version: 2.1\nDescription-Content-Type: text/markdown\n',
    'BEGIN:VCALENDAR\nVERSION:2.0\n',
  ])('is not what only has headers: %j', (text) => expect(isMail(text)).toBe(false));
});

describe('a SYLK sheet', () => {
  it.each(['NN;NAuto_open', 'O;E', 'O;L;E', 'C;X1;Y1;E1+1', 'C;E1+1', 'C;X1;K0;M2'])(
    'computes something: %s',
    (record) => {
      expect(isSymbolicLink(`ID;P\n${record}`)).toBe(true);
      expect(isSymbolicLink(`\nID;PWXL;N;E\r\nP;PGeneral\r\n${record}\r\nE\r\n`)).toBe(true);
      expect(isSymbolicLink(`ID;X\n${record}`)).toBe(false);
      expect(isSymbolicLink(record)).toBe(false);
    },
  );

  it.each(['C;X1;Y1;K0', 'NN;5', 'O;1;2', 'x NN;N', 'C;5;Ente', 'E', 'C;X1,E'])('is no table of prices: %s', (row) =>
    expect(isSymbolicLink(`ID;Preis\n${row}`)).toBe(false),
  );
});
