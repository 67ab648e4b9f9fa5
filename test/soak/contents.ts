import type { ScanStatus } from '../../functions/domain/verdict.ts';
import { eicar, encryptedZip, nestedZip, pdf, windowsExecutable, zip } from '../../local/samples.ts';

export const SOAK_MAX_OBJECT_BYTES = 200_000;

/** What sleepers begin with, themselves or a file inside. */
export const SLEEPER = Buffer.from('Asleep until a signature knows it.');
/** All sleepers are here, so that a quick rescan finds them. */
export const SLEEPERS_FOLDER = 'asleep/';
export const FOLDERS = [SLEEPERS_FOLDER, ...Array.from({ length: 9 }, (_, n) => `folder ${n}/`)] as const;

export function folderOf(key: string): string {
  return key.slice(0, key.indexOf('/') + 1);
}

export interface SoakContent {
  readonly extension: string;
  readonly expected: ScanStatus;
  /** Malware without a signature: INFECTED once one exists. */
  readonly sleeper?: true;
  /** Different for every number. */
  readonly content: (n: number) => Buffer | Promise<Buffer>;
}

const after = (start: Buffer, n: number) => Buffer.concat([start, Buffer.from(`\n${n}`)]);

/** What is uploaded, and the expected verdict. */
export const SOAK_CONTENTS: readonly SoakContent[] = [
  { extension: 'txt', expected: 'CLEAN', content: (n) => Buffer.from(`All is well, ${n} times.\n`) },
  {
    extension: 'txt',
    expected: 'CLEAN',
    content: (n) => Buffer.from(`${n} and so on.\n`.repeat(8000)).subarray(0, 120_000),
  },
  { extension: 'txt', expected: 'INFECTED', content: (n) => after(eicar(), n) },
  { extension: 'txt', expected: 'REJECTED', content: (n) => Buffer.from(`#!/bin/sh\necho ${n}\n`) },
  { extension: 'txt', expected: 'UNSCANNABLE', content: (n) => Buffer.alloc(SOAK_MAX_OBJECT_BYTES + 1 + n, 'a') },
  { extension: 'txt', expected: 'CLEAN', content: () => Buffer.alloc(0) },
  { extension: 'pdf', expected: 'CLEAN', content: (n) => pdf(`Page ${n}`) },
  { extension: 'pdf', expected: 'REJECTED', content: (n) => after(windowsExecutable(), n) },
  { extension: 'zip', expected: 'CLEAN', content: (n) => zip({ 'a.txt': `${n}`, 'b.pdf': pdf() }) },
  { extension: 'zip', expected: 'INFECTED', content: (n) => zip({ 'a.txt': `${n}`, 'b.txt': eicar() }) },
  {
    extension: 'zip',
    expected: 'INFECTED',
    content: async (n) => zip({ [`${n}.zip`]: await nestedZip(2, eicar(), 'e.txt') }),
  },
  { extension: 'zip', expected: 'UNSCANNABLE', content: (n) => zip({ 'a.txt': `${n}`, 'b.zip': encryptedZip() }) },
  { extension: 'zip', expected: 'INFECTED', content: (n) => zip({ [`${n}.zip`]: encryptedZip(), 'b.txt': eicar() }) },
  { extension: 'txt', expected: 'CLEAN', sleeper: true, content: (n) => after(SLEEPER, n) },
  { extension: 'zip', expected: 'CLEAN', sleeper: true, content: (n) => zip({ 'a.txt': `${n}`, 'b.txt': SLEEPER }) },
];
