import type { ScanRecord } from '../commands/scan-record.ts';
import { colours } from './colors.ts';
import { coloured, pad, printable, readableBytes, readableMs } from './terminal.ts';

export const STATUS_WIDTH = 'UNSCANNABLE'.length;

/**
 * `CLEAN        12.3 kB    34 ms  report.pdf application/pdf`, or `uploads/report.pdf` with that bucket; last, where it was
 * copied, and test definitions
 */
export function printScanLine(
  { key, size, type, status, finding, definitions, copiedTo, ms }: ScanRecord,
  bucket?: string,
): void {
  const name = printable(bucket === undefined ? key : `${bucket}/${key}`);
  const cells = [
    pad(coloured(status ?? 'GONE'), STATUS_WIDTH),
    pad(readableBytes(size), 8, 'left'),
    pad(readableMs(ms), 7, 'left'),
    `${name} ${colours.dim(type ?? '')}${finding === null ? '' : ` ${colours.bold(printable(finding))}`}${copyMark(copiedTo)}${testMark(definitions)}`,
  ];
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
}

/** ` → s3://clean/report.pdf` */
function copyMark(copiedTo: ScanRecord['copiedTo']): string {
  if (copiedTo === undefined) return '';
  return copiedTo === null ? colours.yellow(' not copied') : ` → s3://${copiedTo.bucket}/${printable(copiedTo.key)}`;
}

/** ` (definitions: test-1a2b3c4d)`; nothing for definitions that detect malware. */
export function testMark(definitions: string | null): string {
  return definitions?.startsWith('test') ? colours.yellow(` (definitions: ${definitions})`) : '';
}

/** `5 files, 12.3 MB: 3 CLEAN, 2 INFECTED` */
export function printSummary(records: readonly ScanRecord[], testSignatures = false): void {
  const counts = new Map<string, number>();
  for (const { status } of records) counts.set(status ?? 'GONE', (counts.get(status ?? 'GONE') ?? 0) + 1);
  const bytes = records.reduce((sum, { size }) => sum + size, 0);
  const parts = [...counts].map(([status, count]) => `${count} ${coloured(status)}`);
  const files = records.length === 1 ? '1 file' : `${records.length} files`;
  process.stdout.write(
    `\n${files}, ${readableBytes(bytes)}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}${testSignatures ? testMark('test') : ''}\n`,
  );
}
