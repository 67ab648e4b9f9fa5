import { ARCHIVES, AUDIO, DOCUMENTS, IMAGES, VIDEO } from './default-types.ts';
import { DATA, DESIGN, EMAIL, OFFICE_LEGACY, RICH_TEXT } from './optional-types.ts';
import { TEXT_TYPES } from './text-types.ts';

/** Group name -> media type -> agreeing extensions. */
export const GROUPS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  documents: DOCUMENTS,
  images: IMAGES,
  audio: AUDIO,
  video: VIDEO,
  archives: ARCHIVES,
  text: TEXT_TYPES,
  'office-legacy': OFFICE_LEGACY,
  email: EMAIL,
  rtf: RICH_TEXT,
  design: DESIGN,
  data: DATA,
};

/** Allowed unless the configuration says otherwise. */
export const DEFAULT_GROUPS = ['documents', 'images', 'audio', 'video', 'archives', 'text'] as const;
