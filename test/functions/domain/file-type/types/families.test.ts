import { describe, expect, it } from '@jest/globals';
import {
  candidates,
  FAMILIES,
  familyOf,
  isLooserName,
  sameFamily,
} from '../../../../../functions/domain/file-type/types/families.ts';
import { GROUPS } from '../../../../../functions/domain/file-type/types/media-types.ts';
import { canonicalType } from '../../../../../functions/domain/file-type/types/type-aliases.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('families', () => {
  it('hold types by the names used here, each once', () => {
    const types = Object.values(FAMILIES).flat();
    expect(types.filter((type) => canonicalType(type) !== type)).toEqual([]);
    expect(new Set(types).size).toBe(types.length);
  });

  it('hold only what the default groups allow, or what is as harmless', () => {
    const grouped = new Set(['images', 'audio', 'video', 'text'].flatMap((group) => Object.keys(GROUPS[group] ?? {})));
    expect(
      Object.values(FAMILIES)
        .flat()
        .filter((type) => !grouped.has(type)),
    ).toEqual(['application/ogg']);
  });

  it.each([
    ['image/png', 'image/JPEG; q=1'],
    ['audio/mp4', 'video/quicktime'],
    ['audio/x-wav', 'audio/wave'],
    ['application/x-zip-compressed', 'application/zip'],
    ['text/csv', 'text/plain'],
    ['text/xml', 'application/gpx+xml'],
    ['foo/bar', 'FOO/bar'],
  ])('%s and %s are the same', (a, b) => {
    expect([sameFamily(a, b), sameFamily(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['image/png', 'image/svg+xml'],
    ['image/png', 'video/mp4'],
    ['text/plain', 'text/html'],
    ['text/plain', 'text/javascript'],
    ['application/zip', DOCX],
    ['application/zip', 'application/gzip'],
    ['foo/bar', 'foo/baz'],
  ])('%s and %s are not', (a, b) => expect([sameFamily(a, b), sameFamily(b, a)]).toEqual([false, false]));

  it('have a name', () => {
    expect([familyOf('image/jpg'), familyOf('audio/m4a'), familyOf('image/svg+xml')]).toEqual(['raster', 'mp4', null]);
  });

  it('leave the choice to the extension where the brand says little', () => {
    expect(candidates('image/heif')).toContain('image/avif');
    expect(candidates('image/avif')).toEqual(['image/avif']);
    expect(candidates('video/quicktime')).toContain('audio/mp4');
    expect(candidates('image/png')).toEqual(['image/png']);
  });
});

describe('a looser name', () => {
  it.each([
    ['application/x-zip-compressed', DOCX],
    ['application/zip', 'application/epub+zip'],
    ['application/x-ole-storage', 'application/msword'],
    ['application/vnd.ms-excel', 'text/csv'],
  ])('is %s for %s, not the other way round', (stored, type) => {
    expect([isLooserName(stored, type), isLooserName(type, stored)]).toEqual([true, false]);
  });

  it('is none for what is worse', () => {
    expect(isLooserName('application/zip', 'application/java-archive')).toBe(false);
    expect(isLooserName('application/x-cfb', 'application/x-msi')).toBe(false);
    expect(isLooserName('constructor', 'text/csv')).toBe(false);
  });
});
