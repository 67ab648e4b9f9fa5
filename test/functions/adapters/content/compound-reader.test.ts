import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCompoundFile } from '../../../../functions/adapters/content/compound-reader.ts';
import { ObjectBytes, READ_LIMITS } from '../../../../functions/adapters/content/object-bytes.ts';
import { StorageUnavailable } from '../../../../functions/domain/errors.ts';
import { typeOfCompoundFile } from '../../../../functions/domain/file-type/office/compound-file.ts';
import { compoundFile } from '../../../support/file-types/compound-writer.ts';
import {
  CLASS,
  doc,
  FILE_PASS,
  msg,
  ppt,
  presentationStream,
  strings,
  wordStream,
  workbookStream,
  xls,
} from '../../../support/file-types/legacy-office.ts';
import { memoryStore, type SparseContent, sparse } from '../../../support/memory-store.ts';

const MIB = 1024 * 1024;

async function read(content: Buffer | SparseContent) {
  const { store, reads, bytesRead, reference } = memoryStore(content);
  const bytes = new ObjectBytes(store, reference('a.doc'));
  const file = await readCompoundFile(bytes, await bytes.read(0, 64 * 1024));
  expect(reads.length).toBeLessThanOrEqual(READ_LIMITS.requests);
  expect(bytesRead()).toBeLessThanOrEqual(READ_LIMITS.bytes);
  return { file, type: typeOfCompoundFile(file), requests: reads.length };
}
const typeOf = async (bytes: Buffer) => (await read(bytes)).type;

const MACROS = 'application/x-office-legacy-macro';
const ENCRYPTED = 'application/x-office-encrypted';
const UNKNOWN = 'application/x-cfb';

describe('a file of Office up to 2003', () => {
  it.each<[string, () => Buffer, string]>([
    ['Word', () => doc(), 'application/msword'],
    ['Word, without a class', () => doc({ classId: '' }), 'application/msword'],
    ['Word, large sectors', () => doc({ version: 4 }), 'application/msword'],
    ['Word, in small sectors', () => doc({ stream: wordStream().subarray(0, 2000) }), 'application/msword'],
    ['Word with VBA', () => doc({ macros: true }), MACROS],
    ['Word with WordBasic', () => doc({ stream: wordStream({ magic: 0xa5dc, version: 0x65, flags: 1 }) }), MACROS],
    ['Word under a password', () => doc({ stream: wordStream({ flags: 0x100 }) }), ENCRYPTED],
    ['Excel', () => xls(), 'application/vnd.ms-excel'],
    ['Excel 95', () => xls({ name: 'Book', classId: `10080200${CLASS.word.slice(8)}` }), 'application/vnd.ms-excel'],
    ['Excel, large sectors', () => xls({ version: 4 }), 'application/vnd.ms-excel'],
    ['Excel, in small sectors', () => xls({ stream: workbookStream([{}], [], 100) }), 'application/vnd.ms-excel'],
    ['Excel with VBA', () => xls({ macros: true }), MACROS],
    ['Excel with a macro sheet', () => xls({ stream: workbookStream([{}, { listed: 1, kind: 0x40 }]) }), MACROS],
    ['Excel with a small macro sheet', () => xls({ stream: workbookStream([{ listed: 1 }], [], 0) }), MACROS],
    ['Excel under a password', () => xls({ stream: workbookStream([{}], [FILE_PASS]) }), ENCRYPTED],
    ['PowerPoint', () => ppt(), 'application/vnd.ms-powerpoint'],
    ['PowerPoint, no macros', () => ppt({ macros: 0 }), 'application/vnd.ms-powerpoint'],
    ['PowerPoint with macros', () => ppt({ macros: 1 }), MACROS],
    ['PowerPoint with macros, small', () => ppt({ stream: presentationStream(1, 100) }), MACROS],
    ['a message', () => msg(), 'application/vnd.ms-outlook'],
    ['a message, large sectors', () => msg({ version: 4 }), 'application/vnd.ms-outlook'],
    [
      'an installer',
      () => compoundFile([{ path: ['x'], content: Buffer.alloc(9) }], { classId: CLASS.installer }),
      'application/x-msi',
    ],
    ['Publisher', () => compoundFile([{ path: ['Quill'] }], { classId: CLASS.publisher }), UNKNOWN],
    [
      'an encrypted package',
      () => compoundFile([{ path: ['EncryptedPackage'], content: Buffer.alloc(5000, 7) }]),
      ENCRYPTED,
    ],
  ])('%s', async (_, bytes, type) => expect(await typeOf(bytes())).toBe(type));

  it('is told by its own streams, not by those of an object in it', async () => {
    const parts = [
      { path: ['Workbook'], content: workbookStream([{}]) },
      { path: ['MBD0001'] },
      { path: ['MBD0001', 'WordDocument'], content: wordStream() },
    ];
    expect(await typeOf(compoundFile(parts))).toBe('application/vnd.ms-excel');
    expect(await typeOf(compoundFile([...parts, { path: ['MBD0001', 'Macros'] }]))).toBe(MACROS);
  });

  it('is understood beyond the part of its table that the header lists', async () => {
    const { type, requests } = await read(
      xls({ stream: Buffer.concat([workbookStream([{}]), Buffer.alloc(8 * MIB)]) }),
    );
    expect(type).toBe('application/vnd.ms-excel');
    expect(requests).toBeLessThan(12);
  });

  it('is not understood when its main stream is over what may be read', async () => {
    expect(await typeOf(ppt({ stream: presentationStream(null, 5 * MIB) }))).toBe('application/vnd.ms-powerpoint');
    expect(await typeOf(ppt({ stream: presentationStream(null, 9 * MIB) }))).toBe(UNKNOWN);
    // Word says what it is at its beginning.
    expect(await typeOf(doc({ stream: Buffer.concat([wordStream(), Buffer.alloc(9 * MIB)]) }))).toBe(
      'application/msword',
    );
  });

  it('takes few requests', async () => {
    expect((await read(doc())).requests).toBe(1);
    expect((await read(xls({ stream: workbookStream([{}], strings(4 * MIB)) }))).requests).toBeLessThanOrEqual(8);
  });
});

describe('what is no consistent compound file', () => {
  const damaged = (at: number, value: number, bytes = xls()) => {
    const other = Buffer.from(bytes);
    other.writeUInt32LE(value, at);
    return other;
  };
  const tableStart = (bytes: Buffer) => (bytes.readUInt32LE(0x4c) + 1) * 512;
  const chain = (sector: number, next: number) => {
    const bytes = xls();
    return damaged(tableStart(bytes) + 4 * sector, next, bytes);
  };

  it.each<[string, () => Buffer]>([
    ['its directory begins behind its end', () => damaged(0x30, 5000)],
    ['its directory is in no sector', () => damaged(0x30, 0xffffffff)],
    ['its table is behind its end', () => damaged(0x4c, 5000)],
    ['its table is in no sector', () => damaged(0x4c, 0xffffffff)],
    ['its workbook leads to itself', () => chain(2, 2)],
    ['its workbook leads in a circle', () => chain(4, 1)],
    ['its workbook leads behind its end', () => chain(2, 5000)],
    ['its workbook ends before its end', () => chain(0, 0xfffffffe)],
    ['its workbook leads to a free sector', () => chain(0, 0xffffffff)],
    ['it is cut', () => xls().subarray(0, 3000)],
    ['it is cut in its header', () => xls().subarray(0, 511)],
    [
      'it is nothing but its magic number',
      () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
    ],
    [
      'the table of small sectors is missing',
      () => damaged(0x3c, 0xfffffffe, xls({ stream: workbookStream([{}], [], 100) })),
    ],
    [
      'its directory is endless',
      () => {
        const bytes = xls();
        const directory = bytes.readUInt32LE(0x30);
        return damaged(tableStart(bytes) + 4 * directory, directory, bytes);
      },
    ],
  ])('is nothing in particular: %s', async (_, bytes) => expect(await typeOf(bytes())).toBe(UNKNOWN));

  it('is nothing in particular where the list of its table is a circle', async () => {
    const bytes = xls({ stream: Buffer.concat([workbookStream([{}], strings(8 * MIB)), Buffer.alloc(MIB)]) });
    const list = (bytes.readUInt32LE(0x44) + 1) * 512;
    bytes.writeUInt32LE(bytes.readUInt32LE(0x44), list + 508);
    bytes.writeUInt32LE(0xffff00, 0x30);
    expect(await typeOf(bytes)).toBe(UNKNOWN);
  });

  it('never stops the reader, whatever is changed in it', async () => {
    const seeds = [
      doc({ macros: true }),
      xls(),
      xls({ stream: workbookStream([{}], [], 100) }),
      ppt({ macros: 1 }),
      msg(),
      xls({ version: 4 }),
    ];
    const changed = fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 3, 0xfffffffe, 0xffffffff, 0x7fffffff), fc.boolean()), {
          maxLength: 8,
        }),
        fc.nat(3),
      )
      .map(([seed, changes, cut]) => {
        const bytes = Buffer.from(seed.subarray(0, seed.length - cut * 300));
        for (const [at, value, inHeader] of changes) {
          bytes.writeUInt32LE(value, (inHeader ? 4 * (at % 128) : at) % (bytes.length - 4));
        }
        return bytes;
      });
    await fc.assert(
      fc.asyncProperty(changed, async (bytes) => {
        expect((await read(bytes)).type).toMatch(/^application\/[a-z.-]+$/);
      }),
      { numRuns: 300 },
    );
  });

  it('costs no request where it is another format, of any length', async () => {
    const other = sparse(1024 * MIB, [[0, Buffer.from('%PDF-1.7')]]);
    expect(await read(other)).toMatchObject({ file: null, requests: 1 });
  });

  it('is not mistaken for a fault of the store', async () => {
    const bytes = xls({ stream: workbookStream([{}], strings(MIB)) });
    const { store, reference } = memoryStore(bytes);
    let reads = 0;
    const failing: typeof store = {
      async readRange(...parameters) {
        reads += 1;
        if (reads > 1) throw new StorageUnavailable('down');
        return store.readRange(...parameters);
      },
    };
    const object = new ObjectBytes(failing, reference('a.xls'));
    const head = await object.read(0, 64 * 1024);
    await expect(readCompoundFile(object, head)).rejects.toThrow(StorageUnavailable);
  });
});
