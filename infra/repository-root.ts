import { join } from 'node:path';

/** Whether this is the installed package, whose JavaScript, bundles and context of the image infra/package/build.ts made. */
export const IS_PACKAGE = import.meta.filename.endsWith('.js');

/** The root of the repository, or of what was built from it. */
export const ROOT = join(import.meta.dirname, '..');

/** Handlers of plain Node that were bundled before: `<name>/index.mjs`. */
export const BUNDLES = join(ROOT, 'bundles');

/** What the image of the scanner is built from. */
export const IMAGE_ROOT = IS_PACKAGE ? join(ROOT, 'image') : ROOT;
