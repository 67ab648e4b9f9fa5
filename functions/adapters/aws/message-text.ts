/** SNS and SQS accept only these characters of XML 1.0; a key may contain others. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/**
 * The text with a substitute for each character that no message may contain.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const withoutForbidden = (text: string): string => text.toWellFormed().replace(FORBIDDEN, '\uFFFD');

/** SNS wants fewer than 100. */
const SUBJECT_CHARACTERS = 99;

/**
 * The text as a subject that SNS accepts: printable ASCII that does not begin with a space.
 * @returns undefined when nothing is left of it
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function asSubject(text: string): string | undefined {
  const printable = text.replace(/[^ -~]/gu, '?').trimStart();
  return printable.slice(0, SUBJECT_CHARACTERS) || undefined;
}

/** The same JSON, in which each of them is escaped. */
export const escaped = (json: string): string =>
  json.replace(FORBIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
