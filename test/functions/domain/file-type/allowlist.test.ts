import { describe, expect, it } from '@jest/globals';
import { AllowlistEntry, isAllowed } from '../../../../functions/domain/file-type/allowlist.ts';
import {
  DANGEROUS_BINARY_TYPES,
  DANGEROUS_TEXT_TYPES,
} from '../../../../functions/domain/file-type/dangerous-types.ts';
import { canonicalType, GROUPS } from '../../../../functions/domain/file-type/media-types.ts';

const dangerous = { ...DANGEROUS_TEXT_TYPES, ...DANGEROUS_BINARY_TYPES };
const groups = Object.keys(GROUPS);

describe('allowlist', () => {
  it('has six groups', () => {
    expect(groups).toEqual(['documents', 'images', 'audio', 'video', 'archives', 'text']);
  });

  it('keeps every dangerous type out of every group', () => {
    for (const type of Object.keys(dangerous)) expect([type, isAllowed(type, groups)]).toEqual([type, false]);
  });

  it('keeps dangerous extensions out of every group', () => {
    const grouped = new Set(Object.values(GROUPS).flatMap((group) => Object.values(group).flat()));
    const refused =
      'exe dll scr com pif cpl msi jar apk deb rpm dmg pkg lnk url desktop hta js vbs ps1 bat cmd sh php html svg wmf emf docm xlsm pptm dotm xlsb xlam doc xls ppt iso chm reg scf';
    expect(refused.split(' ').filter((extension) => grouped.has(extension))).toEqual([]);
  });

  it('knows types by one name only, in lower case', () => {
    const types = [...Object.values(GROUPS), dangerous].flatMap((table) => Object.keys(table));
    expect(types.filter((type) => canonicalType(type) !== type)).toEqual([]);
    expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
  });

  it('refuses entries that mean nothing', () => {
    for (const entry of ['*', 'text', 'image/png', 'audio/x-it'])
      expect(AllowlistEntry.safeParse(entry).success).toBe(true);
    for (const entry of ['', 'document', 'image/*', 'png', '.png', 'a/b/c', '**', 'toString', '__proto__']) {
      expect([entry, AllowlistEntry.safeParse(entry).success]).toEqual([entry, false]);
      expect(isAllowed('image/png', [entry])).toBe(false);
    }
    expect(AllowlistEntry.safeParse('document').error?.issues[0]?.message).toMatch(/"document".*documents, images/);
  });
});
