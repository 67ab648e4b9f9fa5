import { expect, it } from '@jest/globals';
import { namesContent } from '../../../../../functions/domain/file-type/stored/type-agreement.ts';

it.each<[stored: string, type: string, extensions: readonly string[]]>([
  ['image/png', 'image/png', []],
  ['image/jpg', 'image/jpeg', []],
  ['image/webp', 'image/png', []],
  ['text/markdown', 'text/csv', []],
  ['audio/mp4', 'video/mp4', []],
  ['application/zip', 'application/epub+zip', []],
  ['text/comma-separated-values', 'text/csv', ['csv']],
  ['text/x-comma-separated-values', 'text/csv', ['csv']],
  ['text/x-csv', 'text/csv', ['txt', 'csv']],
  ...['application/x-tar', 'application/x-gtar', 'application/x-tgz', 'application/x-compressed-tar'].map(
    (stored): [string, string, string[]] => [stored, 'application/gzip', ['tgz']],
  ),
  ...['application/x-tar', 'application/x-gtar', 'application/x-compressed-tar'].map(
    (stored): [string, string, string[]] => [stored, 'application/gzip', ['gz']],
  ),
  ['application/x-compressed', 'application/x-rar-compressed', ['rar']],
  ['application/x-compressed', 'application/x-7z-compressed', ['7z']],
  ['application/toml', 'text/plain', ['toml']],
])('%s names content of %s: extensions %j', (stored, type, extensions) => {
  expect(namesContent(stored, type, extensions)).toBe(true);
});

it.each<[stored: string, type: string, extensions: readonly string[]]>([
  ['application/pdf', 'image/png', ['png']],
  ['image/png', 'application/pdf', ['pdf']],
  ['application/epub+zip', 'application/zip', ['zip']],
  ['application/x-tar', 'application/gzip', []],
  ['application/x-tar', 'application/zip', ['zip']],
  ['application/unheard-of', 'text/plain', ['txt']],
  ['application/json', 'image/png', ['png']],
])('%s does not name content of %s: extensions %j', (stored, type, extensions) => {
  expect(namesContent(stored, type, extensions)).toBe(false);
});
