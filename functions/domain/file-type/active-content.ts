/**
 * Text that something would run or render. Browsers sniff only the beginning, but the uploader chooses the
 * Content-Type that S3 returns, so markup counts anywhere, even if an HTML tutorial is a false positive.
 * https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 */
type Rule = readonly [pattern: RegExp, type: string];

const HTML_TAGS =
  'html|head|body|script|iframe|frame|frameset|style|title|table|div|font|h1|a|b|br|p|img|link|meta|base|form|input|video|audio|object|embed|applet';

/** Matched at the first token after white space, comments, an XML declaration and a document type. */
const LEADING: readonly Rule[] = [
  [/^#!/, 'text/x-shellscript'],
  [/^<%/, 'application/x-asp'],
  [/^<(?:\w+:)?svg[\s/>]/i, 'image/svg+xml'],
  [/^<scriptlet[\s>]/i, 'application/x-windows-script'],
  [/^\[(?:InternetShortcut|\{000214A0-)/i, 'application/x-mswinurl'],
  [/^\[Desktop Entry\]/i, 'application/x-desktop'],
  [/^\[(?:autorun|version|\.ShellClassInfo)\]/i, 'application/x-setupinf'],
  [/^(?:REGEDIT4|Windows Registry Editor)/i, 'application/x-ms-regedit'],
  [/^(?:@(?:echo|rem|setlocal|if|set|call|start|cls)\s|echo off\b|setlocal\b)/i, 'application/x-bat'],
];

/** Browsers treat these as HTML by default, but not after an XML declaration. */
const LEADING_HTML = new RegExp(`^<(?:${HTML_TAGS})[\\s/>]`, 'i');

/** No pattern may backtrack over the same text from many starts: all run in linear time. */
const ANYWHERE: readonly Rule[] = [
  [/<\?(?:php|=|[ \t\r\n])/i, 'application/x-httpd-php'],
  [/<hta:/i, 'application/hta'],
  [/<(?:\w{1,32}:)?svg[\s/>]|http:\/\/www\.w3\.org\/2000\/svg/i, 'image/svg+xml'],
  [/<(?:\w{1,32}:)?script[\s/>]|http:\/\/www\.w3\.org\/1999\/xhtml/i, 'text/html'],
  [/<(?:html|body|iframe|frame|frameset|object|embed|applet|math|base)[\s/>]|<!doctype\s+html/i, 'text/html'],
  [/<[a-z][^<>]*[\s/"']on[a-z]{3,24}\s{0,8}=/i, 'text/html'],
  [/http:\/\/www\.w3\.org\/1999\/XSL\/Transform|<\?xml-stylesheet/i, 'application/xslt+xml'],
  [/<\?mso-application/i, 'application/x-cfb'],
  [/<!ENTITY/i, 'application/xml-dtd'],
  [/^Content-Type:[ \t]{0,8}multipart\/related/im, 'message/rfc822'],
  [/^[ \t]*@echo (?:off|on)\b/im, 'application/x-bat'],
  [/^[ \t]*(?:on error resume next|option explicit|set \w{1,64} ?= ?createobject\()/im, 'text/vbscript'],
  [/^[ \t]*(?:var|let|const) \w{1,64} ?= ?(?:new ActiveXObject\(|WScript\.)|^[ \t]*WScript\./im, 'text/javascript'],
  [
    /^[ \t]*(?:\$\w{1,64} ?= ?New-Object |IEX ?[($]|Invoke-Expression |#requires -|\[CmdletBinding)/im,
    'application/x-powershell',
  ],
];

/** A closed block that opens with a directive, a word or an expression: `<%` alone is common in prose and base 85. */
const SERVER_PAGE = /<%(?:[@!#=]?\s{0,8}[a-z]{2,32}[\s(.]|=\s{0,8}["'])/i;

/** The media type of the active content found, null when the text is inert. */
export function sniffActiveContent(text: string): string | null {
  const start = text.slice(prologueLength(text), prologueLength(text) + 256);
  const leading = LEADING.find(([pattern]) => pattern.test(text.slice(0, 256).trimStart()) || pattern.test(start));
  if (leading !== undefined) return leading[1];
  if (!/^[\s\ufeff]*<\?xml\s/.test(text) && LEADING_HTML.test(start)) return 'text/html';
  const plain = /&#/.test(text) ? withoutReferences(text) : text;
  if (SERVER_PAGE.test(plain) && plain.includes('%>')) return 'application/x-asp';
  return ANYWHERE.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

/** How much of the beginning is white space, `<!-- -->`, `<? ?>` and `<!DOCTYPE …>`. */
function prologueLength(text: string): number {
  let at = 0;
  for (;;) {
    while (at < text.length && /[\s\ufeff]/.test(text.charAt(at))) at += 1;
    const close = [['<!--', '-->'] as const, ['<?', '?>'] as const, ['<!', '>'] as const].find(([open]) =>
      text.startsWith(open, at),
    )?.[1];
    if (close === undefined) return at;
    const end = text.indexOf(close, at);
    if (end === -1) return at;
    at = end + close.length;
  }
}

/** XML resolves `&#115;` in attribute values, namespaces among them. */
function withoutReferences(text: string): string {
  return text.replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (reference, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });
}
