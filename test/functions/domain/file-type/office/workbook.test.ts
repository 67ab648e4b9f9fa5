import { describe, expect, it } from '@jest/globals';
import { inspectWorkbook } from '../../../../../functions/domain/file-type/office/workbook.ts';
import { FILE_PASS, type Sheet, strings, workbookStream } from '../../../../support/file-types/legacy-office.ts';
import { memoryStream } from '../../../../support/file-types/memory-stream.ts';

const inspect = (bytes: Buffer) => inspectWorkbook(memoryStream(bytes).stream);
const NOTHING = { macros: false, encrypted: false };

describe('a workbook', () => {
  it.each<[string, Sheet[]]>([
    ['no sheet', []],
    ['sheets and charts', [{}, { listed: 2, kind: 0x20 }, {}]],
  ])('of %s has no macros', async (_, sheets) => expect(await inspect(workbookStream(sheets))).toEqual(NOTHING));

  it.each<[string, Sheet]>([
    ['a macro sheet of Excel 4', { listed: 1, kind: 0x40 }],
    ['a macro sheet that is listed as an ordinary one', { listed: 0, kind: 0x40 }],
    ['an ordinary sheet that is listed as a macro sheet', { listed: 1, kind: 0x10 }],
    ['a module of Excel 5', { listed: 6, kind: 0x06 }],
    ['a module that is listed as a sheet', { listed: 0, kind: 0x06 }],
  ])('with %s has macros', async (_, sheet) => {
    expect(await inspect(workbookStream([{}, sheet, {}]))).toEqual({ macros: true, encrypted: false });
  });

  it('is searched to the end of its globals, however long they are', async () => {
    const bytes = workbookStream([{}], strings(3_000_000));
    expect(await inspect(bytes)).toEqual(NOTHING);
    const { stream, bytesRead } = memoryStream(bytes);
    await inspectWorkbook(stream);
    expect(bytesRead()).toBeLessThan(bytes.length + 1_000_000);
  });

  it('is under a password when a record says so', async () => {
    expect(await inspect(workbookStream([{ listed: 1 }], [FILE_PASS]))).toEqual({ macros: false, encrypted: true });
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['does not begin as one', (bytes) => bytes.subarray(4)],
    ['ends before its globals do', (bytes) => bytes.subarray(0, 40)],
    [
      'has a sheet where none begins',
      (bytes) => Buffer.concat([bytes.subarray(0, 24), Buffer.from([1]), bytes.subarray(25)]),
    ],
    [
      'has a sheet behind its end',
      (bytes) => Buffer.concat([bytes.subarray(0, 26), Buffer.from([9]), bytes.subarray(27)]),
    ],
    [
      'has a sheet that is too short',
      (bytes) => Buffer.concat([bytes.subarray(0, 22), Buffer.from([5]), bytes.subarray(23)]),
    ],
    ['has too many records', (bytes) => Buffer.concat([bytes.subarray(0, 20), Buffer.alloc(500_000)])],
    ['has too many sheets', () => workbookStream(new Array(1001).fill({}), [], 0)],
  ])('is not understood when it %s', async (_, damage) =>
    expect(await inspect(damage(workbookStream([{}])))).toBeNull(),
  );
});
