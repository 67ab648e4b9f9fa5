import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { unpacksRar, writeLimitSignatures } from '../../../../functions/adapters/clamav/limit-signatures.ts';

const folder = mkdtempSync(join(tmpdir(), 'limit-signatures-'));
afterAll(() => rmSync(folder, { recursive: true }));

/* That clamd takes them and what they find: warm-engine.test.ts. */
describe('writeLimitSignatures', () => {
  it('draws the line right above the limit', () => {
    writeLimitSignatures(folder, 1000);
    expect(readFileSync(join(folder, 'airlock-limits.cdb'), 'utf8')).toBe(
      [
        'Heuristics.Limits.Exceeded.Unsupported.zip64:CL_TYPE_ZIP:*:*:*:4294967294-4294967295:*:*:*:*\n',
        'Heuristics.Limits.Exceeded.MaxFileSize.zip-size:CL_TYPE_ZIP:*:*:*:1001-4294967293:*:*:*:*\n',
      ].join(''),
    );
  });

  it('names what clamd does not open: methods of zips, archives, and zips without a directory', () => {
    writeLimitSignatures(folder, 1000, false);
    const methods = '01|02|03|04|05|07|0a|0e|10|12|13|14|5d|5e|5f|60|61|62';
    expect(readFileSync(join(folder, 'airlock-limits.ndb'), 'utf8').trimEnd().split('\n')).toEqual([
      `Heuristics.Limits.Exceeded.Unsupported.zip-method:0:0:504b0304????????(${methods})00`,
      'Heuristics.Limits.Exceeded.Unsupported.zstd:0:0:28b52ffd',
      'Heuristics.Limits.Exceeded.Unsupported.lz4:0:0:04224d18',
      'Heuristics.Limits.Exceeded.Unsupported.lzip:0:0:4c5a495001',
      'Heuristics.Limits.Exceeded.Unsupported.rar:0:0:526172211a07',
    ]);
    expect(readFileSync(join(folder, 'airlock-limits.ldb'), 'utf8')).toBe(
      'Heuristics.Limits.Exceeded.Unsupported.zip-directory;Engine:90-255,Target:0;(0&((1=0)|(2=0)));0:504b0304;504b0102;504b0506\n',
    );
  });

  it.each([
    [true, false],
    [false, true],
  ])('with a plug-in for RAR: %s, reports RAR archives: %s', (plugIn, reported) => {
    writeLimitSignatures(folder, 1000, plugIn);
    expect(
      readFileSync(join(folder, 'airlock-limits.ndb'), 'utf8').includes('Exceeded.Unsupported.rar:0:0:526172211a07\n'),
    ).toBe(reported);
  });
});

describe('unpacksRar', () => {
  const root = (name: string, file: string) => {
    const path = join(folder, name);
    mkdirSync(join(path, dirname(file)), { recursive: true });
    writeFileSync(join(path, file), '');
    return path;
  };

  // Debian, Fedora, from source, Homebrew
  it.each([
    'usr/lib/x86_64-linux-gnu/libclamunrar_iface.so.11.0.0',
    'usr/lib/aarch64-linux-gnu/libclamunrar_iface.so.11',
    'usr/lib/libclamunrar_iface.so',
    'usr/lib64/libclamunrar_iface.so.12',
    'usr/local/lib/libclamunrar_iface.so',
    'usr/local/lib64/libclamunrar_iface.so',
    'opt/homebrew/lib/libclamunrar_iface.dylib',
  ])('finds the plug-in at /%s', (file) => {
    expect(unpacksRar(root(`with-${file.replaceAll('/', '-')}`, file))).toBe(true);
  });

  it('looks at this machine, whatever folder one happens to be in', () => {
    const before = process.cwd();
    process.chdir(root('happens-to-be', 'usr/lib/libclamunrar_iface.so'));
    try {
      expect(unpacksRar()).toBe(unpacksRar('/'));
    } finally {
      process.chdir(before);
    }
  });

  it.each([
    'usr/lib/x86_64-linux-gnu/libclamav.so.11',
    'usr/lib/x86_64-linux-gnu/old-libclamunrar_iface.',
    'usr/lib/other/libclamunrar_iface.so',
  ])('takes nothing else for it: /%s', (file) => {
    expect(unpacksRar(root(`without-${file.replaceAll('/', '-')}`, file))).toBe(false);
  });
});
