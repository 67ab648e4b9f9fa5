import { describe, expect, it } from '@jest/globals';
import {
  parseContentTypes,
  parseRelationships,
} from '../../../../../functions/domain/file-type/office/package-parts.ts';
import { startProcessorTime } from '../../../../support/processor-time.ts';

const VBA = 'application/vnd.ms-office.vbaProject';
const override = (attributes: string) => `<Types><Override ${attributes}/></Types>`;

describe('content types', () => {
  it.each([
    ['in double quotes', override(`PartName="/p" ContentType="${VBA}"`)],
    ['in single quotes', override(`PartName='/p' ContentType='${VBA}'`)],
    ['with white space around the sign', override(`PartName = "/p"\n ContentType${' '.repeat(5000)}=\t\r\n"${VBA}"`)],
    ['with blanks behind them', override(`PartName="/p" ContentType="${VBA}${' '.repeat(5000)}"`)],
    ['with blanks in front of them', override(`PartName=" /p " ContentType="\n${' '.repeat(5000)}${VBA}"`)],
    ['by references', override('PartName="/p" ContentType="application/vnd.ms-office.&#x76;ba&#80;roject"')],
    ['with a prefix', `<t:Types xmlns:t="urn:t"><t:Override PartName="/p" ContentType="${VBA}"/></t:Types>`],
    [
      'behind comments and declarations',
      `<?xml version="1.0"?><!-- <a> -->${override(`PartName="/p" ContentType="${VBA}"`)}`,
    ],
    [
      'behind a comment that looks like their end',
      `<Types><!-- </Types> --><Override PartName="/p" ContentType="${VBA}"/></Types>`,
    ],
  ])('are read %s', (_, text) => {
    expect(parseContentTypes(text)).toEqual({ declared: [VBA], parts: new Map([['p', VBA]]) });
  });

  it('of extensions are declared, but of no part', () => {
    const text = `<Types><Default Extension="bin" ContentType="${VBA}"/><Other/></Types>`;
    expect(parseContentTypes(text)).toEqual({ declared: [VBA], parts: new Map() });
  });

  it('are cut where no type is as long', () => {
    expect(parseContentTypes(override(`ContentType="${'x'.repeat(300)}"`))?.declared).toEqual(['x'.repeat(256)]);
  });

  it.each([
    ['it is empty', ''],
    ['it is no XML', 'Types'],
    ['it ends early', '<Types><Override ContentType="a/b"/>'],
    ['an attribute is there twice', override('ContentType="a/b" ContentType="c/d"')],
    ['an attribute has no quotes', override('ContentType=a/b')],
    ['it has a document type', `<!DOCTYPE Types [<!ENTITY v "vba">]>${override('ContentType="a/b"')}`],
    ['an entity is unknown', override('ContentType="a/&v;"')],
    ['something follows', `${override('ContentType="a/b"')}<Types/>`],
    ['it has too many elements', `<Types>${'<a/>'.repeat(100_000)}</Types>`],
    ['it is nested too deeply', `${'<a>'.repeat(17)}${'</a>'.repeat(17)}`],
    [
      'an element has too many attributes',
      override(Array.from({ length: 33 }, (_, index) => `a${index}=""`).join(' ')),
    ],
  ])('are none when %s', (_, text) => expect(parseContentTypes(text)).toBeNull());

  it('are some at these limits', () => {
    for (const text of [
      `<Types>${'<a/>'.repeat(99_999)}</Types>`,
      `${'<a>'.repeat(16)}${'</a>'.repeat(16)}`,
      override(Array.from({ length: 32 }, (_, index) => `a${index}=""`).join(' ')),
    ]) {
      expect(parseContentTypes(text)).not.toBeNull();
    }
  });

  it.each(['<a>', '<', '<a b="&"/>', '\x01', '&', '<a/>', '<a b="" '])(
    'take no time in a text of nothing but %j',
    (piece) => {
      const used = startProcessorTime();
      expect(parseContentTypes(piece.repeat(4_000_000 / piece.length))).toBeNull();
      expect(used()).toBeLessThan(2000);
    },
  );
});

describe('relationships', () => {
  it('have a type and a target', () => {
    const text =
      '<Relationships><Relationship Id="r1" Type=" http://a/vbaProject " Target="data.bin"/><Relationship Type=\'b\'/></Relationships>';
    expect(parseRelationships(text)).toEqual([
      { type: 'http://a/vbaProject', target: 'data.bin' },
      { type: 'b', target: '' },
    ]);
    expect(parseRelationships('<Relationships/>')).toEqual([]);
    expect(parseRelationships('<Relationships>')).toBeNull();
  });
});
