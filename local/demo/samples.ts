import type { ScanStatus } from '../../functions/domain/verdict.ts';
import { eicar, eicarInNestedZip, encryptedZip, pdf, shellScript, text, windowsExecutable } from '../samples.ts';

/** Small enough that a larger sample costs nothing. */
export const DEMO_MAX_OBJECT_BYTES = 1_000_000;

export interface Expectation {
  /** null: deleted before its verdict. */
  readonly status: ScanStatus | null;
  readonly finding: RegExp | null;
}

export interface Sample extends Expectation {
  readonly key: string;
  readonly content: () => Buffer | Promise<Buffer>;
}

const SIGNATURE = /eicar/i;

/** One object for every verdict, and the expected result. */
export const SAMPLES: readonly Sample[] = [
  { key: 'report.pdf', content: () => pdf(), status: 'CLEAN', finding: null },
  { key: 'notes/Grüße & more.txt', content: text, status: 'CLEAN', finding: null },
  { key: 'empty.txt', content: () => Buffer.alloc(0), status: 'CLEAN', finding: null },
  { key: 'eicar.txt', content: eicar, status: 'INFECTED', finding: SIGNATURE },
  { key: 'zip-in-zip.zip', content: eicarInNestedZip, status: 'INFECTED', finding: SIGNATURE },
  {
    key: 'encrypted.zip',
    content: () => encryptedZip(),
    status: 'UNSCANNABLE',
    finding: /^encrypted$/,
  },
  { key: 'setup.pdf', content: windowsExecutable, status: 'REJECTED', finding: /x-msdownload/ },
  { key: 'script.txt', content: shellScript, status: 'REJECTED', finding: /^type:/ },
  {
    key: 'too-large.txt',
    content: () => Buffer.alloc(DEMO_MAX_OBJECT_BYTES + 1, 'a'),
    status: 'UNSCANNABLE',
    finding: /^too-large$/,
  },
];
