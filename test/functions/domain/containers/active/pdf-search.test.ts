import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { activeInPdf } from '../../../../../functions/domain/containers/active/pdf-search.ts';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { startProcessorTime } from '../../../../support/processor-time.ts';

const never = async () => undefined;
const activeIn = async (text: string | Buffer) =>
  [...(await activeInPdf(memorySource(Buffer.from(text as string, 'latin1')), never))].sort();
const pdf = (...objects: string[]) =>
  `%PDF-1.7\n${objects.map((text, index) => `${index + 1} 0 obj\n${text}\nendobj\n`).join('')}`;
const SCRIPT = '<</S/JavaScript/JS(app.alert(1))>>';
const JS = ['pdf-javascript'];
const LAUNCH = ['pdf-launch'];
const FILE = ['pdf-embedded-file'];

it.each<[string, string, string[]]>([
  ['an action at the beginning', pdf(`<</Type/Catalog/OpenAction${SCRIPT}>>`), JS],
  ['an action of its own', pdf('<</Type/Catalog/OpenAction 2 0 R>>', SCRIPT), JS],
  ['an action on an event', pdf(`<</AA<</O${SCRIPT}>>>>`), JS],
  ['an action in a list', pdf(`<</Next[<</S/URI/URI(x)>>${SCRIPT}]>>`), JS],
  ['a script in a stream', pdf('<</JS 7 0 R/S/JavaScript>>'), JS],
  ['names in their codes', pdf('<</#53/J#61vaScript/#4a#53(x)>>'), JS],
  ['capital codes', pdf('<</S/JavaScript/#4A#53(x)>>'), JS],
  ['white space and comments', pdf('<< /S %\n\r /JavaScript\t/JS\n% x\n(x) >>'), JS],
  ['a type by reference', pdf('<</S 2 0 R/JS(x)>>', '/JavaScript'), JS],
  ['a script beside a film', pdf('<</S/Rendition/JS(x)>>'), JS],
  ['a script of a scene', pdf('<</Type/3D/OnInstantiate 3 0 R>>'), JS],
  ['a key that stands twice', pdf('<</S/URI/S/JavaScript/JS(x)>>'), JS],
  ['a revision that is no longer valid', `${pdf(SCRIPT)}${pdf('<</S/URI>>')}`, JS],
  ['a dictionary in the trailer', `${pdf('<<>>')}trailer\n<</Root<</OpenAction${SCRIPT}>>>>`, JS],
  ['more words than one object has', pdf(`<</A[${'(obj)'.repeat(9)}]/B${SCRIPT}>>`), JS],
  ['a string that begins another object', pdf('<</A(9 0 obj <61)/S/JavaScript/JS(x)>>'), JS],
  ['nesting that nobody reads', pdf(`${'<</A'.repeat(90)}${SCRIPT}`), JS],
  ['a script longer than what is read', pdf(`<</JS(${'x'.repeat(70_000)})/S/JavaScript>>`), JS],
  ['an object far before the action', pdf(`<</A(${'x'.repeat(70_000)})/B${SCRIPT}>>`), JS],
  ['a program', pdf('<</S/Launch/F(calc.exe)>>'), LAUNCH],
  ['a program on Windows', pdf('<</S/Launch/Win<</F(a)>>>>'), LAUNCH],
  ['a program, its type by reference', pdf('<</S 2 0 R/F(x)>>', '/Launch'), LAUNCH],
  ['an attachment', pdf('<</Type/Filespec/F(a)/EF<</F 4 0 R>>>>'), FILE],
  ['an attachment, by reference', pdf('<</EF 4 0 R>>'), FILE],
  ['the stream of an attachment', pdf('<</Type/Embedded#46ile/Length 0>>stream\n\nendstream'), FILE],
  ['all of it', pdf(SCRIPT, '<</S/Launch/F(a)>>', '<</EF<<>>>>'), [...FILE, ...JS, ...LAUNCH]],
])('finds %s', async (_, text, active) => {
  expect(await activeIn(text)).toEqual(active);
});

it.each([
  ['an address', pdf('<</S/URI/URI(https://example.com)>>')],
  ['a page to go to', pdf('<</OpenAction[3 0 R/Fit]>>')],
  ['a string that names it', pdf('<</Title(/S /JavaScript /JS /Launch /EF)>>')],
  ['a comment that names it', pdf('<</A 1>> % /JS /Launch')],
  ['resources of that name', pdf('<</Font<</JS 5 0 R/EF 6 0 R>>/XObject<</Launch 7 0 R>>>>').replace('/EF 6 0 R', '')],
  ['a part of a text of that name', pdf('<</Type/StructElem/S/Launch>>', '<</Type/StructElem/S/JavaScript>>')],
  ['an empty list of attachments', pdf('<</Names<</EmbeddedFiles<</Names[]>>/JavaScript<</Names[]>>>>>>')],
  ['longer names', pdf('<</JSX(x)/S/JavaScriptX/EFX<<>>>>')],
  ['nothing', ''],
])('leaves alone %s', async (_, text) => {
  expect(await activeIn(text)).toEqual([]);
});

describe('in any file', () => {
  const letter = fc.constantFrom('plain', 'lower', 'upper');
  const spelled = (name: string) =>
    fc.array(letter, { minLength: name.length, maxLength: name.length }).map((ways) =>
      [...name]
        .map((character, index) => {
          const code = character.charCodeAt(0).toString(16);
          return { plain: character, lower: `#${code}`, upper: `#${code.toUpperCase()}` }[ways[index] as 'plain'];
        })
        .join(''),
    );
  const gap = fc.constantFrom('', ' ', '\n', '\r\n\t', '%x\n');

  it('finds a script however its names are spelled, and whatever surrounds it', async () => {
    const parts = fc.tuple(spelled('JS'), spelled('S'), spelled('JavaScript'), gap, fc.string({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(parts, async ([js, type, javascript, space, around]) => {
        const plain = around.replace(/[()\\]/g, '');
        const action = `<<${space}/${type}${space}/${javascript}${space}/${js}${space}(x)${space}>>`;
        expect(await activeIn(pdf(`(${plain})`, `<</A(${plain})/B${action}>>`, `(${plain})`))).toEqual(JS);
      }),
    );
  });

  it('never fails, and finds nothing in bytes without those names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        expect(await activeIn(Buffer.from(bytes))).toEqual([]);
      }),
    );
  });

  it('takes no more time than in proportion where every word may begin an object', async () => {
    const used = startProcessorTime();
    const refused = activeIn(`${'obj(<</JS '.repeat(30_000)}`).catch(({ finding }) => finding);
    expect(await refused).toBe('limits-exceeded:time');
    expect(used()).toBeLessThan(20_000);
  });
});

it('looks at the clock', async () => {
  const over = async () => {
    throw new Error('over');
  };
  await expect(activeInPdf(memorySource(Buffer.from(pdf(SCRIPT))), over)).rejects.toThrow('over');
});
it('looks at many names far behind the beginning', async () => {
  const names = Array.from({ length: 1000 }, () => '<</Pages/JS>>');
  expect(await activeIn(pdf(`(${'x'.repeat(70_000)})`, ...names))).toEqual([]);
});
