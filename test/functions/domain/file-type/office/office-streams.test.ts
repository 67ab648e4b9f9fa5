import { describe, expect, it } from '@jest/globals';
import {
  inspectPresentation,
  inspectWordDocument,
} from '../../../../../functions/domain/file-type/office/office-streams.ts';
import { presentationStream, wordStream } from '../../../../support/file-types/legacy-office.ts';
import { memoryStream } from '../../../../support/file-types/memory-stream.ts';

const NOTHING = { macros: false, encrypted: false };

describe('the stream of Word', () => {
  const inspect = (bytes: Buffer) => inspectWordDocument(memoryStream(bytes).stream);

  it('says whether a password is needed', async () => {
    expect(await inspect(wordStream())).toEqual(NOTHING);
    expect(await inspect(wordStream({ flags: 0xfeff }))).toEqual(NOTHING);
    expect(await inspect(wordStream({ flags: 0x0100 }))).toEqual({ macros: false, encrypted: true });
  });

  it('may hold macros of WordBasic when it is a template of before 97', async () => {
    expect(await inspect(wordStream({ magic: 0xa5dc, version: 0x65, flags: 1 }))).toEqual({
      macros: true,
      encrypted: false,
    });
    expect(await inspect(wordStream({ version: 0xc0, flags: 1 }))).toEqual({ macros: true, encrypted: false });
    expect(await inspect(wordStream({ magic: 0xa5dc, version: 0x65 }))).toEqual(NOTHING);
    expect(await inspect(wordStream({ version: 0xc1, flags: 1 }))).toEqual(NOTHING);
  });

  it('is none with another beginning, or cut', async () => {
    expect(await inspect(wordStream({ magic: 0xa5ed }))).toBeNull();
    expect(await inspect(wordStream().subarray(0, 12))).toEqual(NOTHING);
    expect(await inspect(wordStream().subarray(0, 11))).toBeNull();
  });
});

describe('the stream of PowerPoint', () => {
  const inspect = (bytes: Buffer) => inspectPresentation(memoryStream(bytes).stream);
  const CHUNK = 256 * 1024;

  it.each([
    [null, false],
    [0, false],
    [1, true],
    [0x100, true],
  ])('whose atom says %p has macros: %p', async (says, macros) => {
    expect(await inspect(presentationStream(says))).toEqual({ macros, encrypted: false });
  });

  it('is searched whole, across the pieces it is read in', async () => {
    for (const before of [0, CHUNK - 40, CHUNK - 30, CHUNK - 28, CHUNK - 20, CHUNK - 10, CHUNK - 8, CHUNK, 3 * CHUNK]) {
      expect([before, (await inspect(presentationStream(1, before))).macros]).toEqual([before, true]);
    }
  });

  it('is not found guilty by what only resembles the atom', async () => {
    const bytes = presentationStream(1, 0);
    for (const [at, value] of [
      [16, 0x0f],
      [18, 1],
      [19, 5],
      [20, 13],
      [21, 1],
    ] as const) {
      const other = Buffer.from(bytes);
      other[at - 8] = value;
      expect([at, (await inspect(other)).macros]).toEqual([at, false]);
    }
    expect((await inspect(bytes.subarray(0, 8 + 19))).macros).toBe(false);
    expect((await inspect(bytes.subarray(0, 8 + 20))).macros).toBe(true);
    expect((await inspect(Buffer.alloc(0))).macros).toBe(false);
  });
});
