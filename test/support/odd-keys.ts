import fc from 'fast-check';

/** Keys that have broken similar systems. */
export const ODD_KEYS = [
  'a b+c',
  '%2B%00',
  '"q" \'q\' $(id) `id`',
  'line\nbreak',
  'Ü-nfc',
  'U\u0308-nfd',
  '😀/😀',
  'x'.repeat(1024),
  '.',
  '..',
  '../../etc/passwd',
  '/leading',
  'a//b',
  'trailing/',
  './a',
  'a/../b',
  '{"key":"json"}',
  'main.cvd',
  '?versionId=x&tagging',
  '#hash;semi:colon',
];

/** The most bytes of UTF-8 that S3 takes for a key. */
const MAX_KEY_BYTES = 1024;

/** Keys that mean something in JSON, or in EventBridge's input templates. */
export const HOSTILE_KEYS = [
  'a "quoted" b',
  'back\\slash \\" \\u0041 \\',
  '<detail>',
  '"<detail>"',
  '<key> <policy> <aws.events.event.json>',
  'line\nbreak\ttab\rreturn',
  "$& $1 $$ $'",
  '{"key":"json"}',
  'x"}},"policy":{"allowedTypes":["*"],"maxObjectBytes":1},"was":{"a":{"b":"',
  '\u2028\u0000\u001b',
  'Ü U\u0308 😀',
  '"'.repeat(MAX_KEY_BYTES),
  '<detail>'.repeat(MAX_KEY_BYTES / 8),
  '😀'.repeat(MAX_KEY_BYTES / 4),
];

const TOKENS = ['"', '\\', '\n', '<detail>', '<', '>', '{', '}', ':', ',', '$', '\u2028', '😀', 'a', '1'];

/** Any key of that kind. */
export const hostileKey = fc
  .array(fc.oneof(fc.constantFrom(...TOKENS), fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 40 })
  .map((parts) => parts.join('').toWellFormed())
  .filter((key) => key !== '' && Buffer.byteLength(key) <= MAX_KEY_BYTES);
