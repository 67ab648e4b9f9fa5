import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { savedNames } from '../../../../../functions/domain/file-type/stored/content-disposition.ts';

const certain = (header: string) => savedNames(header).flatMap((saved) => (saved.certain ? [saved.name] : []));
const all = (header: string) => savedNames(header).map(({ name }) => name);

describe('the names in a Content-Disposition', () => {
  it.each<[string, readonly string[]]>([
    ['attachment', []],
    ['', []],
    ['attachment; filename="report.pdf"', ['report.pdf']],
    ['inline; filename=report.pdf', ['report.pdf']],
    ['inline; filename=My Report.pdf', ['My Report.pdf']],
    ['filename=report.pdf', ['report.pdf']],
    ['ATTACHMENT; FileName = "report.pdf" ; size=1', ['report.pdf']],
    ['attachment; filename="a;b.pdf"', ['a;b.pdf']],
    ['attachment; filename="a\\"b.pdf"', ['a"b.pdf']],
    ['attachment; filename="unclosed.pdf', ['unclosed.pdf']],
    ['attachment; filename="a.txt"; filename="a.bat"', ['a.txt', 'a.bat']],
    ['attachment; filename="a.txt"; filename*=UTF-8\'\'b%2ebat', ['a.txt', 'b.bat']],
    ["attachment; filename*=UTF-8'en'na%C3%AFve.txt", ['na\u00c3\u00afve.txt']],
    ['attachment; filename*=broken%2.exe', ['broken%2.exe']],
    ["attachment; filename*=x-unknown''a.exe", ['a.exe']],
    ["attachment; filename*1=exe; filename*0*=UTF-8''a%2e", ['a.exe']],
    ['form-data; name="file"; filename="a.pdf"', ['file', 'a.pdf']],
  ])('%s', (header, names) => {
    expect(certain(header)).toEqual(names);
  });

  it('are none without a header', () => {
    expect(savedNames(null)).toEqual([]);
  });

  it.each<[string, string]>([
    ['inline; filename=run.exe or not.pdf', 'run.exe'],
    ['attachment; filename="a%2eexe"', 'a.exe'],
    ['attachment; filename="=?UTF-8?B?YS5leGU=?="', 'a.exe'],
    ['attachment; filename="=?utf-8?q?a=2Eexe?="', 'a.exe'],
    ['attachment; filename="=?utf-8?Q?my_a.exe?="', 'my a.exe'],
    ['attachment; filename="x; filename=a.exe; y.pdf"', 'a.exe'],
    ['attachment; x="; filename=a.exe; "', 'a.exe'],
  ])('have what only some readers make of it too: %s', (header, name) => {
    expect(all(header)).toContain(name);
    expect(certain(header)).not.toContain(name);
  });

  it('are found in any header, in linear time, each once', () => {
    const piece = fc.constantFrom('filename', '*', '=', '"', ';', '\\', '%2e', "UTF-8''", '0', ' ', '=?', '?b?', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
        const names = savedNames(pieces.join(''));
        expect(new Set(names.map((name) => JSON.stringify(name))).size).toBe(names.length);
      }),
    );
    expect(savedNames(`attachment; filename="${'=?a?b?'.repeat(50_000)}`).length).toBeGreaterThan(0);
  });

  it('are never lost behind other parameters', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), word, word, fc.boolean(), (before, stem, extension, quoted) => {
        const name = `${stem}.${extension}`;
        const parameters = before.map((parameter) => `${parameter}="${parameter};"`);
        const header = ['attachment', ...parameters, `filename=${quoted ? `"${name}"` : name}`].join('; ');
        expect(certain(header)).toContain(name);
      }),
    );
  });
});
