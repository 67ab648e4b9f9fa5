import { isMail, isSymbolicLink } from './text-headers.ts';

/**
 * What a text begins as: a script, a page, a shortcut. Nothing else in a text counts, because whether a browser renders
 * it depends on the stored Content-Type, which is judged on its own. Beginnings count in any case, so that neither a
 * changed extension nor a lenient program makes a script of what was let in as a note.
 */
type Beginning = readonly [pattern: RegExp, type: string];

/** Matched behind white space, comments, processing instructions and a document type. */
const MARKUP: readonly Beginning[] = [
  [/^#!/, 'text/x-shellscript'],
  [/^<\?(?:php\b|=|\s)/i, 'application/x-httpd-php'],
  [/^<%/, 'application/x-asp'],
  [/^<svg[\s/>]/i, 'image/svg+xml'],
  [/^<!doctype\s+html[\s>]/i, 'text/html'],
  [/^<scriptlet[\s>]/i, 'application/x-windows-script'],
  [/^<hta:application[\s/>]/i, 'application/hta'],
  [/^<\?mso-application\s/i, 'application/x-cfb'],
  [/^\{\\rt/i, 'application/rtf'],
  [/^%!PS/, 'application/postscript'],
];

/**
 * The tags that only a page begins with. The others by which browsers detect HTML (`<h1`, `<div`, `<font`, `<table`,
 * `<a`, `<style`, `<b`, `<br`, `<p`, `<!--`) are honest beginnings of Markdown and CSV.
 * https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 */
const PAGE = /^<(?:html|head|body|script|iframe|title)[\s/>]/i;

/** Matched behind white space and lines of comments. */
const LINES: readonly Beginning[] = [
  // A section, not a link of Markdown: `[Shell](https://…)`.
  [/^\[(?:InternetShortcut\](?!\()|\{000214A0-)/i, 'application/x-mswinurl'],
  [/^\[Shell\](?!\()/i, 'application/x-ms-scf'],
  [/^\[Desktop Entry\](?!\()/i, 'application/x-desktop'],
  [/^\[(?:autorun|\.ShellClassInfo)\](?!\()/i, 'application/x-setupinf'],
  [/^\[version\]\s*signature\s*=/i, 'application/x-setupinf'],
  [/^(?:REGEDIT4(?:\s|$)|Windows Registry Editor Version )/i, 'application/x-ms-regedit'],
  [/^(?:@(?:echo|rem|setlocal|if|set|call|start|cls)\s|echo off\b|setlocal\b)/i, 'application/x-bat'],
  [/^(?:#requires -|\[CmdletBinding\b)/i, 'application/x-powershell'],
  [/^WEB\r?\n1\r?\n/i, 'text/x-ms-iqy'],
  [/^[a-z][a-z0-9 ]{2,40}:[sib]:/i, 'application/x-rdp'],
];

/** Characters; long enough for every pattern above. */
const WINDOW = 256;

/** How far comments are skipped, in characters. */
const BEGINNING = 64 * 1024;

const XML_DECLARATION = /^[\s\ufeff]*<\?xml\s/i;

const COMMENT_LINE = /(?:#|;|::|rem[ \t])[^\n]*(?:\n|$)/iy;

/** The media type of what the text begins as, null when that is inert. */
export function sniffActiveContent(text: string): string | null {
  const markup = starts(text, markupEnd);
  const lines = starts(text, commentLineEnd);
  return (
    firstOf(MARKUP, text, markup) ??
    (!XML_DECLARATION.test(text) && markup.some((at) => PAGE.test(text.slice(at, at + WINDOW))) ? 'text/html' : null) ??
    firstOf(LINES, text, lines) ??
    (isMail(text) ? 'message/rfc822' : null) ??
    (isSymbolicLink(text) ? 'application/x-sylk' : null)
  );
}

function firstOf(table: readonly Beginning[], text: string, places: readonly number[]): string | null {
  for (const at of places) {
    const start = text.slice(at, at + WINDOW);
    const found = table.find(([pattern]) => pattern.test(start));
    if (found !== undefined) return found[1];
  }
  return null;
}

/** Every place that may count as the beginning: the first, and what follows each thing that may be skipped. */
function starts(text: string, skip: (text: string, at: number) => number | null): number[] {
  const places: number[] = [];
  let next: number | null = 0;
  while (next !== null) {
    const at = afterSpace(text, next);
    places.push(at);
    next = at > BEGINNING ? null : skip(text, at);
  }
  return places;
}

function afterSpace(text: string, from: number): number {
  const space = /[\s\ufeff]*/y;
  space.lastIndex = from;
  space.test(text);
  return space.lastIndex;
}

/** Where `<!-- -->`, `<? ?>` or `<!DOCTYPE …>` ends; null when none of them, or one that does not end, stands there. */
function markupEnd(text: string, at: number): number | null {
  const [, close] = SKIPPED.find(([open]) => text.startsWith(open, at)) ?? [];
  const end = close === undefined ? -1 : text.indexOf(close, at);
  return close === undefined || end === -1 ? null : end + close.length;
}

const SKIPPED = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!', '>'],
] as const;

function commentLineEnd(text: string, at: number): number | null {
  COMMENT_LINE.lastIndex = at;
  return COMMENT_LINE.test(text) && COMMENT_LINE.lastIndex < text.length ? COMMENT_LINE.lastIndex : null;
}
