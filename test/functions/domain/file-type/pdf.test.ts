import { describe, expect, it } from '@jest/globals';
import { hasMarkupBeforeObjects, hasPdfHeader, pdfTypeOf } from '../../../../functions/domain/file-type/pdf.ts';
import { latin1 } from '../../../support/file-types/sample.ts';
import { startProcessorTime } from '../../../support/processor-time.ts';

const OBJECT = '1 0 obj\n<<>>';

describe('a PDF', () => {
  it('has its header behind 1,024 bytes at most', () => {
    const at = (place: number) => latin1(`${'x'.repeat(place)}%PDF-1.4\n${OBJECT}`);
    expect([0, 1, 1024, 1025].map((place) => pdfTypeOf(at(place)))).toEqual([
      ...['application/pdf', 'application/pdf', 'application/pdf'],
      null,
    ]);
    expect([0, 1024, 1025].map((place) => hasPdfHeader(at(place)))).toEqual([true, true, false]);
    expect(pdfTypeOf(latin1('%PDF 1.4'))).toBeNull();
  });

  it.each(['1 0 obj', '1 0\r\nobj<<', '12  0  obj', 'x 1 0 obj'])(
    'behind other bytes needs an object: %j',
    (object) => {
      expect(pdfTypeOf(latin1(`x%PDF-1.4\n${object}`))).toBe('application/pdf');
    },
  );

  it.each(['', 'obj', '1 obj', '1 0 objs', '% 1 0 obj', 'x % 1 0 obj'])('is none that a text quotes: %j', (object) => {
    expect(pdfTypeOf(latin1(`x%PDF-1.4\n${object}`))).toBeNull();
    expect(pdfTypeOf(latin1(`%PDF-1.4\n${object}`))).toBe('application/pdf');
  });

  it('is none that a text quotes behind an object', () => {
    expect(pdfTypeOf(latin1(`${OBJECT}\n%PDF-1.4\n`))).toBeNull();
  });

  it.each(['<<', '<</Type/Catalog', '<< /a', '< ', '<0', '<>'])('may have %j before its first object', (text) => {
    expect(hasMarkupBeforeObjects(latin1(`%PDF-1.4\n%${text}\n${OBJECT}`))).toBe(false);
  });

  it.each(['<a', '<Z', '<!', '<?', '</', '<<a', '<<!', '<<?'])('may not have %j there', (text) => {
    expect(hasMarkupBeforeObjects(latin1(`%PDF-1.4\n%${text}\n${OBJECT}`))).toBe(true);
    expect(hasMarkupBeforeObjects(latin1(`${text}\n%PDF-1.4\n${OBJECT}`))).toBe(true);
    expect(hasMarkupBeforeObjects(latin1(`%PDF-1.4\n${OBJECT}\n%${text}`))).toBe(false);
  });

  it.each(['1', '1 ', '1 0 ', '<', '\n', '% ', 'obj '])('is told in linear time from 64 KiB of %j', (piece) => {
    const head = latin1(`x%PDF-${piece.repeat(Math.ceil(65_536 / piece.length))}`);
    const used = startProcessorTime();
    pdfTypeOf(head);
    hasMarkupBeforeObjects(head);
    expect(used()).toBeLessThan(1000);
  });
});
