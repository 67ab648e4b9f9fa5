import { ZIP_DOCUMENTS } from './default-types.ts';
import { EMAIL, OFFICE_LEGACY } from './optional-types.ts';
import { TEXT_TYPES } from './text-types.ts';
import { canonicalType } from './type-aliases.ts';

/** ISO base media: writers choose the brand freely, and players do not care. */
const MP4 = [
  'video/mp4',
  'audio/mp4',
  'audio/x-m4a',
  'video/x-m4v',
  'video/quicktime',
  'video/3gpp',
  'video/3gpp2',
] as const;

const HEIF = ['image/heif', 'image/heif-sequence', 'image/heic', 'image/heic-sequence', 'image/avif'] as const;

/** Family -> types whose names and extensions are used for one another, and corrected by whatever opens the file. */
export const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  mp4: MP4,
  raster: [
    ...['image/png', 'image/apng', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/tiff'],
    ...[...HEIF, 'image/jxl', 'image/x-icon'],
  ],
  ogg: ['audio/ogg', 'video/ogg', 'application/ogg'],
  matroska: ['video/matroska', 'video/webm'],
  mpeg: ['video/mpeg', 'video/mp1s', 'video/mp2p', 'video/mp2t'],
  text: Object.keys(TEXT_TYPES),
};

/** Types that say less than the extension, each with what it may turn out to be. */
const VAGUE = new Map<string, readonly string[]>([
  ...MP4.map((type) => [type, MP4] as const),
  ['image/heif', HEIF],
  ['image/heif-sequence', HEIF],
]);

/** Looser name -> what it is honestly used for: Windows gives CSV the type of Excel, others see no more than a zip. */
const LOOSER_NAMES: Readonly<Record<string, ReadonlySet<string>>> = {
  'application/zip': new Set(Object.keys(ZIP_DOCUMENTS)),
  'application/x-cfb': new Set([...Object.keys(OFFICE_LEGACY), ...Object.keys(EMAIL)]),
  'application/vnd.ms-excel': new Set(['text/csv', 'text/tab-separated-values']),
};

const FAMILY_BY_TYPE = new Map(
  Object.entries(FAMILIES).flatMap(([family, types]) => types.map((type): [string, string] => [type, family])),
);

/** The family's name in FAMILIES; null for a type that nothing else passes for. */
export function familyOf(type: string): string | null {
  return FAMILY_BY_TYPE.get(canonicalType(type)) ?? null;
}

/** Whether both are names of the same type, or of one family. */
export function sameFamily(a: string, b: string): boolean {
  if (canonicalType(a) === canonicalType(b)) return true;
  const family = familyOf(a);
  return family !== null && family === familyOf(b);
}

/** Whether content of `type` is honestly stored under the name `stored`, which says less. */
export function isLooserName(stored: string, type: string): boolean {
  const name = canonicalType(stored);
  return Object.hasOwn(LOOSER_NAMES, name) && LOOSER_NAMES[name]?.has(canonicalType(type)) === true;
}

/** The types of which the extension may choose one, because the content cannot tell them apart; itself at least. */
export function candidates(type: string): readonly string[] {
  return VAGUE.get(type) ?? [type];
}
