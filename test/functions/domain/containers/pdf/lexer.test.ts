import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PdfLexer } from '../../../../../functions/domain/containers/pdf/lexer.ts';
import {
  PdfDictionary,
  PdfName,
  PdfReference,
  type PdfValue,
} from '../../../../../functions/domain/containers/pdf/values.ts';

/** As text that tells values apart. */
function shown(value: PdfValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value instanceof PdfName) return `/${value.name}`;
  if (value instanceof PdfReference) return `${value.number} R`;
  if (Buffer.isBuffer(value)) return `(${value.toString('latin1')})`;
  if (Array.isArray(value)) return `[${value.map(shown).join(' ')}]`;
  if (value instanceof PdfDictionary) {
    return `<<${value
      .keys()
      .map((key) => `/${key} ${value.all(key).map(shown).join('|')}`)
      .join(' ')}>>`;
  }
  return String(value);
}

/** The first value, and what is left. */
function read(text: string): [string, string] {
  const bytes = Buffer.from(text, 'latin1');
  const lexer = new PdfLexer(bytes);
  const value = shown(lexer.value());
  return [value, bytes.toString('latin1', lexer.position)];
}

describe('a value', () => {
  it.each([
    ['true false', 'true', ' false'],
    ['false]', 'false', ']'],
    ['null>>', 'null', '>>'],
    ['12', '12', ''],
    ['-12.5 x', '-12.5', ' x'],
    ['+3.', '3', ''],
    ['.5', '0.5', ''],
    ['-.5', '-0.5', ''],
    ['1e', '1', ''],
    ['12/A', '12', '/A'],
    ['/Name/Other', '/Name', '/Other'],
    ['/A#42#4a#4A', '/ABJJ', ''],
    ['/A#4', '/A#4', ''],
    ['/A#zz', '/A#zz', ''],
    ['/A#g1', '/A#g1', ''],
    ['/ x', '/', ' x'],
    ['/A(s)', '/A', '(s)'],
    ['/A{', '/A', '{'],
    ['/A\0', '/A', '\0'],
    ['  \t\r\n\f\0 7 ', '7', ' '],
    ['% comment ) \n7', '7', ''],
    ['% comment\r7', '7', ''],
    ['%a\n%b\n 7', '7', ''],
    ['<4a4B>x', '(JK)', 'x'],
    ['<4a4>', '(J@)', ''],
    ['<4a', '(J)', ''],
    ['(a(b)c)d', '(a(b)c)', 'd'],
    ['(a\\)b)c', '(a)b)', 'c'],
    ['(a\\(b)c', '(a(b)', 'c'],
    ['(a\\\\)b', '(a\\)', 'b'],
    ['(ab', '(ab)', ''],
    ['(a(b)', '(a(b))', ''],
    ['()', '()', ''],
    ['[1 2]3', '[1 2]', '3'],
    ['[]', '[]', ''],
    ['[1 [2] (3)/4]', '[1 [2] (3) /4]', ''],
    ['[1', '[1]', ''],
    ['[1>>', '[1]', '>>'],
    ['[1 word 2]', '[1 2]', ''],
    ['[1 endobj', '[1]', ' endobj'],
    ['[1 obj', '[1]', ' obj'],
    ['[1 stream', '[1]', ' stream'],
    ['[1 endstream', '[1]', ' endstream'],
    ['[1 xobj 2]', '[1 2]', ''],
    ['<</A 1/B 2>>3', '<</A 1 /B 2>>', '3'],
    ['<</A 1/A 2>>', '<</A 2|1>>', ''],
    ['<<>>', '<<>>', ''],
    ['<</A>>', '<</A null>>', ''],
    ['<</A<</B 1>>/C[2]>>', '<</A <</B 1>> /C [2]>>', ''],
    ['<</A 1 2/B 3>>', '<</A 1 /B 3>>', ''],
    ['<</A 1 word/B 3>>', '<</A 1 /B 3>>', ''],
    ['<</A 1 endobj/B 3>>', '<</A 1>>', ' endobj/B 3>>'],
    ['<</A 1', '<</A 1>>', ''],
    ['<</A 1>', '<</A 1>>', '>'],
    ['<</A 1]', '<</A 1>>', ']'],
    ['<</A 1 >x>', '<</A 1>>', ' >x>'],
  ])('%j', (text, value, rest) => {
    const [found, left] = read(text);
    expect([found, left.trimStart()]).toEqual([value, rest.trimStart()]);
  });

  it.each([
    ['12 0 R', '12 R', ''],
    ['12 0 R/A', '12 R', '/A'],
    ['12 0 R]', '12 R', ']'],
    ['12\n0\t\tR ', '12 R', ' '],
    ['12   34   R', '12 R', ''],
    ['12\r\f\0\n34 R(', '12 R', '('],
    [`12${' '.repeat(28)}3 R`, '12 R', ''],
    [`12${' '.repeat(30)}3 R`, '12', `${' '.repeat(30)}3 R`],
    ['12 0 Rx', '12', ' 0 Rx'],
    ['12 0 r', '12', ' 0 r'],
    ['12 R', '12', ' R'],
    ['12 0R', '12', ' 0R'],
    ['-12 0 R', '-12', ' 0 R'],
    ['1.5 0 R', '1.5', ' 0 R'],
    ['+1 0 R', '1', ' 0 R'],
    ['12 x0 R', '12', ' x0 R'],
    ['12 34 56 R', '12', ' 34 56 R'],
  ])('%j may be a reference', (text, value, rest) => {
    expect(read(text)).toEqual([value, rest]);
  });

  it.each(['', '  ', '% only', 'word', '>>', ']', ')', '{', 'truer', 'nullx', 'True', '-', '+', '.', '-x', 'x1'])(
    'is not in %j',
    (text) => {
      expect(read(text)).toEqual(['nothing', text.trimStart().startsWith('%') ? '' : text.trimStart()]);
    },
  );

  it('may be nested as deep as anyone writes it, and no deeper', () => {
    const nested = (depth: number) => read(`${'['.repeat(depth)}7${']'.repeat(depth)}`)[0];
    expect(nested(50)).toBe(`${'['.repeat(50)}7${']'.repeat(50)}`);
    expect(nested(52)).not.toContain('7');
    // Deeper than any stack.
    for (const begin of ['[', '<</A', '<</A[', '<<[']) expect(() => read(begin.repeat(50_000))).not.toThrow();
  });
});

it('begins where it is told', () => {
  expect(new PdfLexer(Buffer.from('1 2 3'), 2).value()).toBe(2);
});

it('skips white space and comments, and nothing else', () => {
  for (const [text, position] of [
    ['  x', 2],
    ['x', 0],
    ['%', 1],
    [' % x\n y', 6],
    ['%\n', 2],
    ['\0\t\n\f\r (', 6],
    ['\x0b', 0],
  ] as const) {
    const lexer = new PdfLexer(Buffer.from(text));
    lexer.skip();
    expect([text, lexer.position]).toEqual([text, position]);
  }
});

it('reads what is written, whatever it is', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9+-]{1,5}$/);
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.boolean().map(String),
      fc.integer().map(String),
      fc.constant('null'),
      name.map((text) => `/${text}`),
      fc.nat().map((number) => `${number} R`),
      fc.stringMatching(/^[a-z ]{0,5}$/).map((text) => `(${text})`),
      fc.array(tie('value')).map((values) => `[${values.join(' ')}]`),
      fc
        .uniqueArray(fc.tuple(name, tie('value')), { selector: ([key]) => key })
        .map((entries) => `<<${entries.map(([key, own]) => `/${key} ${own}`).join(' ')}>>`),
    ),
  }));
  fc.assert(
    fc.property(value, (text) => {
      expect(read(text.replace(/(\d) R/g, '$1 0 R'))).toEqual([text, '']);
    }),
    { numRuns: 300 },
  );
});

it('throws nothing, and ends, for any bytes', () => {
  const bytes = fc.array(
    fc.constantFrom('<', '<<', '>', '>>', '[', ']', '(', ')', '\\', '/', '%', '#', ' ', '\n', '1', 'R', 'obj', 'a'),
  );
  fc.assert(
    fc.property(bytes, (parts) => {
      const lexer = new PdfLexer(Buffer.from(parts.join('')));
      for (let before = -1; lexer.position > before; ) {
        before = lexer.position;
        lexer.value();
      }
    }),
  );
});
