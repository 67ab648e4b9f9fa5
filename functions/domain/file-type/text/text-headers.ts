/** Text formats that are known by their first lines, taken together. */

/** No header of a mail is longer. */
const MAIL_HEADER_CHARACTERS = 256 * 1024;

/** A header field: a name without spaces, and a colon. */
const FIELD = /^[!-9;-~]{1,80}:/;

/** What makes headers those of a message with parts or a page in it, which a mail program opens. */
const MESSAGE_FIELD =
  /^(?:MIME-Version:[ \t]*1|Content-Transfer-Encoding:|Content-Type:\s*(?:multipart|message|text\/html))/i;

/**
 * Whether the text begins as a mail or a saved page (`.eml`, `.mht`). A mail that was copied as text has `From:` and
 * `Subject:` lines as well, but none of those that say how to decode it.
 */
export function isMail(text: string): boolean {
  const lines = text
    .slice(0, MAIL_HEADER_CHARACTERS)
    .trimStart()
    .split(/\r\n|\r|\n/);
  if (/^From /.test(lines[0] ?? '')) lines.shift();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const continues = /^[ \t]/.test(line);
    if (!continues && !FIELD.test(line)) return false;
    if (MESSAGE_FIELD.test(`${line} ${lines[at + 1] ?? ''}`)) return true;
  }
  return false;
}

/**
 * Whether the text is a SYLK sheet (`.slk`) that computes something: spreadsheets open one under any name. A CSV whose
 * header begins `ID;Price` has no records of such a sheet below it.
 */
export function isSymbolicLink(text: string): boolean {
  return /^\s*ID;P/.test(text.slice(0, 1024)) && /^(?:NN;N|O;(?:.*;)?E|C;(?:[XYK][^;\n]*;)*[EM])/m.test(text);
}
