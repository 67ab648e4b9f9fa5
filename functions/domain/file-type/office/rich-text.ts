import type { Part } from '../text/text.ts';

/** Only RTF that is read whole is known to be without objects: text up to WHOLE_TEXT_BYTES of the reader. */
const WITHOUT_OBJECTS = 'application/rtf';
const WITH_OBJECTS = 'application/x-rtf-object';

/**
 * Embedded and linked objects (`\object`, `\objdata`, `\objocx`, `\objupdate`, …). A backslash that a backslash escapes
 * is text.
 * @see https://learn.microsoft.com/openspecs/office_standards/ms-rtf
 */
const OBJECT = /(?<!\\)(?:\\\\)*\\obj[a-z]/i;
/** A template, which Word loads from wherever it is. Word itself writes the path of its own (`C:\\…\\Normal.dot`). */
const TEMPLATE = /(?<!\\)(?:\\\\)*\\template(?![a-z])(?!\s?(?:[a-z]:(?:[^{}\\]|\\\\)*)?\})/i;
/** A field that starts a program: its instruction may be split over groups. */
const FIELD = /\\fldinst(?![a-z])/i;
const PROGRAM_FIELD = /\bDDE(?:AUTO)?\b/i;

/** The type of content that begins as RTF; `\bin`, which makes it binary, or length may hide an object from the reader. */
export function typeOfRichText(parts: readonly Part[], size: number): string {
  const [whole, ...more] = parts;
  if (whole === undefined || more.length > 0 || whole.start !== 0 || whole.bytes.length < size) return WITH_OBJECTS;
  const text = new TextDecoder('latin1').decode(whole.bytes);
  const active = OBJECT.test(text) || TEMPLATE.test(text) || (FIELD.test(text) && PROGRAM_FIELD.test(text));
  return active ? WITH_OBJECTS : WITHOUT_OBJECTS;
}
