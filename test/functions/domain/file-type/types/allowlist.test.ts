import { describe, expect, it } from '@jest/globals';
import database from 'mime-db';
import { isAllowed, isAllowlistEntry } from '../../../../../functions/domain/file-type/types/allowlist.ts';
import {
  DANGEROUS_BINARY_TYPES,
  DANGEROUS_TEXT_TYPES,
} from '../../../../../functions/domain/file-type/types/dangerous-types.ts';
import { DEFAULT_GROUPS, GROUPS } from '../../../../../functions/domain/file-type/types/media-types.ts';
import { canonicalType } from '../../../../../functions/domain/file-type/types/type-aliases.ts';

const dangerous = { ...DANGEROUS_TEXT_TYPES, ...DANGEROUS_BINARY_TYPES };
const groups = Object.keys(GROUPS);

describe('allowlist', () => {
  it('has six groups that are allowed by default, and others to choose', () => {
    expect(DEFAULT_GROUPS).toEqual(['documents', 'images', 'audio', 'video', 'archives', 'text']);
    expect(groups).toEqual([...DEFAULT_GROUPS, 'office-legacy', 'email', 'rtf', 'design', 'data']);
  });

  it.each([
    ['office-legacy', 'application/msword', 'application/x-office-legacy-macro'],
    ['office-legacy', 'application/vnd.ms-excel', 'application/x-msi'],
    ['office-legacy', 'application/vnd.ms-powerpoint', 'application/x-office-encrypted'],
    ['email', 'message/rfc822', 'text/html'],
    ['email', 'application/vnd.ms-outlook', 'application/x-outlook-store'],
    ['rtf', 'application/rtf', 'application/x-rtf-object'],
    ['design', 'image/vnd.dwg', 'application/postscript'],
    ['design', 'model/step', 'image/emf'],
    ['data', 'application/dicom', 'application/x-cfb'],
  ])('%s allows %s, which no other group does, and not %s', (group, type, other) => {
    expect(groups.filter((name) => isAllowed(type, [name]))).toEqual([group]);
    expect(isAllowed(type, DEFAULT_GROUPS)).toBe(false);
    expect(isAllowed(other, groups)).toBe(false);
  });

  it('keeps every dangerous type out of every group', () => {
    for (const type of Object.keys(dangerous)) expect([type, isAllowed(type, groups)]).toEqual([type, false]);
  });

  it('keeps dangerous extensions out of every group that is allowed by default', () => {
    const grouped = new Set(DEFAULT_GROUPS.flatMap((group) => Object.values(GROUPS[group] ?? {}).flat()));
    const refused =
      'exe dll scr com pif cpl msi jar apk deb rpm dmg pkg lnk url desktop hta js vbs ps1 bat cmd sh php html svg wmf emf docm xlsm pptm dotm xlsb xlam doc xls ppt rtf eml msg ini inf fodt iso chm reg scf';
    expect(refused.split(' ').filter((extension) => grouped.has(extension))).toEqual([]);
  });

  it('knows each type by the extension that its registration names first', () => {
    const missing = Object.values(GROUPS)
      .flatMap((table) => Object.entries(table))
      .map(([type, extensions]) => [type, database[type]?.extensions?.[0], extensions] as const)
      .filter(([, first, extensions]) => first !== undefined && !extensions.includes(first));
    expect(missing).toEqual([]);
  });

  it.each([
    ['audio/flac', 'flac'],
    ['audio/aiff', 'aif aiff'],
    ['image/tiff', 'tif tiff'],
    ['video/matroska', 'mkv mka'],
    ['video/mp2p', 'mpg mpeg vob'],
    ['video/vnd.avi', 'avi'],
    ['application/zstd', 'zst zstd'],
    ['text/x-diff', 'diff patch'],
    ['application/x-ndjson', 'jsonl ndjson'],
    ['application/yaml', 'yaml yml'],
    ['application/vnd.garmin.tcx+xml', 'tcx'],
    ['application/x-fictionbook+xml', 'fb2'],
    ['text/x-bibtex', 'bib'],
    ['application/x-pem-file', 'pem crt csr'],
    ['text/x-ssa', 'ass ssa'],
    ['audio/x-scpls', 'pls'],
    ['application/vnd.apache.parquet', 'parquet'],
    ['application/x-sqlite3', 'sqlite sqlite3 db gpkg'],
    ['application/vnd.oasis.opendocument.text-master-template', 'otm'],
  ])('knows %s, which is not registered or has several names, as %s', (type, extensions) => {
    const known = Object.values(GROUPS).flatMap((table) => table[type] ?? []);
    expect(known).toEqual(expect.arrayContaining(extensions.split(' ')));
  });

  it('knows types by one name only, in lower case', () => {
    const types = [...Object.values(GROUPS), dangerous].flatMap((table) => Object.keys(table));
    expect(types.filter((type) => canonicalType(type) !== type)).toEqual([]);
    expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
  });

  it('refuses entries that mean nothing', () => {
    for (const entry of ['*', 'text', 'image/png', 'audio/x-it']) expect(isAllowlistEntry(entry)).toBe(true);
    for (const entry of ['', 'document', 'image/*', 'png', '.png', 'a/b/c', '**', 'toString', '__proto__']) {
      expect([entry, isAllowlistEntry(entry)]).toEqual([entry, false]);
      expect(isAllowed('image/png', [entry])).toBe(false);
    }
  });
});
