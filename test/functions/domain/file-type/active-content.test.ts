import { describe, expect, it } from '@jest/globals';
import { sniffActiveContent } from '../../../../functions/domain/file-type/active-content.ts';

/*
 * One text for each alternative of each pattern, found by that alternative alone: a word that is misspelled or left out
 * lets active content pass for inert text.
 */
/** At the beginning only. The prefix of `svg` is longer than one that counts anywhere. */
const LEADING: Record<string, readonly string[]> = {
  'text/x-shellscript': ['#!', '#!/bin/sh'],
  'application/x-asp': ['<%'],
  'image/svg+xml': ['>', '/', ' ', '\t', '\r', '\n'].map((end) => `<${'p'.repeat(33)}:svg${end}`),
  'application/x-windows-script': ['<scriptlet>', '<scriptlet ', '<scriptlet\t', '<scriptlet\r', '<scriptlet\n'],
  'application/x-mswinurl': ['[InternetShortcut', '[{000214A0-'],
  'application/x-desktop': ['[Desktop Entry]'],
  'application/x-setupinf': ['[autorun]', '[version]', '[.ShellClassInfo]'],
  'application/x-ms-regedit': ['REGEDIT4', 'Windows Registry Editor'],
  'application/x-bat': [
    ...['echo', 'rem', 'setlocal', 'if', 'set', 'call', 'start', 'cls'].flatMap((word) => [
      `@${word} x`,
      `@${word}\r\n`,
    ]),
    ...['echo off', 'echo off x', 'echo off\r\n', 'setlocal', 'setlocal x', 'setlocal\r\n'],
  ],
};
/** What a beginning may stand behind. */
const PROLOGUES = [
  '<!-- x -->',
  '<!-- > -->\n<!-- -->',
  '<?x ?>',
  '<!DOCTYPE x>',
  '<!x>\ufeff',
  '<!- x>',
  '<?xml version="1.0"?> <!x> ',
];
/** The tags by which browsers detect HTML, https://mimesniff.spec.whatwg.org, and a few more. */
const HTML_TAGS = [
  ...['html', 'head', 'body', 'script', 'iframe', 'frame', 'frameset', 'style', 'title', 'table', 'div', 'font', 'h1'],
  ...[
    'a',
    'b',
    'br',
    'p',
    'img',
    'link',
    'meta',
    'base',
    'form',
    'input',
    'video',
    'audio',
    'object',
    'embed',
    'applet',
  ],
];
/** Those that run something, or change what does, in the middle of a text as well. */
const HTML_TAGS_ANYWHERE = ['html', 'body', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'math', 'base'];
const TAG_ENDS = ['>', '/', ' ', '\t', '\r', '\n'];
const longest = 'p'.repeat(32);
const ANYWHERE: Record<string, readonly string[]> = {
  'application/x-httpd-php': ['<?php', '<?=', '<? ', '<?\t', '<?\r', '<?\n'],
  'application/hta': ['<hta:'],
  'image/svg+xml': [
    ...TAG_ENDS.flatMap((end) => [`<svg${end}`, `<s:svg${end}`]),
    ...[`<${longest}:svg>`, '<a_1:svg>', 'http://www.w3.org/2000/svg'],
  ],
  'text/html': [
    ...TAG_ENDS.flatMap((end) => ['script', 's:script', ...HTML_TAGS_ANYWHERE].map((word) => `<${word}${end}`)),
    ...[`<${longest}:script>`, 'http://www.w3.org/1999/xhtml'],
    ...['<!doctype html', '<!doctype\nhtml', '<!doctype \t html'],
    ...[' ', '\n', '/', '"', "'"].map((before) => `<x${before}onabc=`),
    ...['<x onabc        =', '<x onabc\n=', `<x on${'a'.repeat(24)}=`, '<x y onabc=', '<x1-y z="1"onabc='],
  ],
  'application/xslt+xml': ['http://www.w3.org/1999/XSL/Transform', '<?xml-stylesheet'],
  'application/x-cfb': ['<?mso-application'],
  'application/xml-dtd': ['<!ENTITY'],
};
const longestName = `x${'_1'.repeat(31)}x`;
const ON_A_LINE: Record<string, readonly string[]> = {
  'message/rfc822': ['', ' ', '\t', '        '].map((gap) => `Content-Type:${gap}multipart/related`),
  'application/x-bat': ['@echo off', '@echo on', '@echo off x', '@echo on\r\n'],
  'text/vbscript': [
    ...['on error resume next', 'option explicit', `set ${longestName} = createobject(`],
    ...[' = ', '=', ' =', '= '].map((is) => `set x${is}createobject(`),
  ],
  'text/javascript': [
    ...['var', 'let', 'const'].flatMap((word) => [`${word} x = new ActiveXObject(`, `${word} x = WScript.`]),
    ...[' = ', '=', ' =', '= '].map((is) => `var x${is}WScript.`),
    ...[`var ${longestName} = WScript.`, 'WScript.'],
  ],
  'application/x-powershell': [
    ...[' = ', '=', ' =', '= '].map((is) => `$a${is}New-Object `),
    ...[
      `$${longestName} = New-Object `,
      'IEX (',
      'IEX(',
      'IEX $',
      'IEX$',
      'Invoke-Expression ',
      '#requires -',
      '[CmdletBinding',
    ],
  ],
};

describe('active content', () => {
  it.each([
    ['text/x-shellscript', '\ufeff#!/usr/bin/env python3\n'],
    ['text/html', '  \n<!-- a -->\n<!DOCTYPE html>\n<p>x'],
    ['text/html', '\t<A href="x">'],
    ['text/html', 'name,comment\n1,<ScRiPt src=//x>'],
    ['text/html', 'hello <img src=x onerror=alert(1)>'],
    ['text/html', 'hello <img/src=x/onerror=alert(1)>'],
    ['text/html', '<?xml version="1.0"?><r xmlns:h="http://www.w3.org/1999/xhtml"><h:script/></r>'],
    ['text/html', '<?xml version="1.0"?><r xmlns:h="http://www.w3.org/1999/&#x78;html"><h:p/></r>'],
    ['image/svg+xml', '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>'],
    ['image/svg+xml', '<?xml version="1.0"?><!-- --> <s:svg xmlns:s="http://www.w3.org/2000/svg"/>'],
    ['image/svg+xml', 'text first <svg onload=alert(1)>'],
    ['application/xslt+xml', '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><r/>'],
    ['application/xml-dtd', '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'],
    ['application/hta', '<hta:application id="x"/>'],
    ['application/x-httpd-php', 'GIF89a <?php system($_GET[0]);'],
    ['application/x-httpd-php', '<?= `id` ?>'],
    ['application/x-asp', '<%@ Page Language="C#" %>'],
    ['application/x-asp', 'text <%eval request("x")%>'],
    ['application/x-asp', 'text <%= "x" %>'],
    ['application/x-bat', '\r\n@ECHO OFF\r\n'],
    ['application/x-powershell', '# a comment\n$c = New-Object Net.WebClient\n'],
    ['text/vbscript', 'Option Explicit\nDim x'],
    ['text/vbscript', '\' note\nSet shell = CreateObject("WScript.Shell")'],
    ['text/javascript', 'var s = new ActiveXObject("WScript.Shell");'],
    ['application/x-ms-regedit', 'Windows Registry Editor Version 5.00\r\n'],
    ['application/x-desktop', '[Desktop Entry]\nExec=x'],
    ['application/x-setupinf', '[autorun]\nopen=x.exe'],
    ['message/rfc822', 'MIME-Version: 1.0\nContent-Type: multipart/related'],
    ['application/x-cfb', '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>'],
  ])('%s: %j', (type, text) => expect(sniffActiveContent(text)).toBe(type));

  it.each([
    'a < b and c > d, 100 <% of them',
    '"base85": "c%1E<%>+Q8<%Z$~%>Nn"',
    'Received: from a by b\nSubject: hello\n\nA mail saved as text.',
    '<?xml version="1.0"?><table><a>1</a><link/></table>',
    '{"html":"\\u003cscript\\u003e","on":"x"}',
    '# Title\n\nSome *markdown* with <https://example.com>.\n',
    'Received: 5 items\n@alice said: run powershell -File x.ps1\n',
    '# comment\nkey: value\n- list\n',
    'BEGIN:VCARD\nEND:VCARD\n',
    '',
  ])('leaves inert text alone: %j', (text) => expect(sniffActiveContent(text)).toBeNull());

  it.each(Object.entries(LEADING).flatMap(([type, texts]) => texts.map((text) => [type, text] as const)))(
    '%s by its beginning, in any case and behind what does not count: %j',
    (type, text) => {
      for (const start of ['', '\ufeff', ' \t\r\n', '\ufeff\n', ' '.repeat(300), ...PROLOGUES]) {
        for (const spelled of [text, text.toLowerCase(), text.toUpperCase()]) {
          expect([start + spelled, sniffActiveContent(`${start}${spelled}`)]).toEqual([start + spelled, type]);
        }
      }
      expect(sniffActiveContent(`some text ${text}`)).toBeNull();
      expect(sniffActiveContent(`some text\n${text}`)).toBeNull();
    },
  );

  it.each(HTML_TAGS)('text/html by its first tag, whatever follows: %s', (word) => {
    // Of the patterns searched later, PHP comes first.
    const more = ' x <?php x';
    for (const start of ['', '\ufeff', '\n ', '<!-- x -->', '<!DOCTYPE x>', '<?x ?> ', '<?xml-x ?>']) {
      for (const end of ['>', '/', ' ', '\t', '\r', '\n', '\f']) {
        for (const spelled of [word, word.toUpperCase()]) {
          const text = `${start}<${spelled}${end}${more}`;
          expect([text, sniffActiveContent(text)]).toEqual([text, 'text/html']);
        }
      }
    }
    for (const start of ['<?xml version="1.0"?>', '\ufeff<?xml\tversion="1.0"?><!-- -->', ' \n<?xml\n?>']) {
      expect(sniffActiveContent(`${start}<${word}>${more}`)).toBe('application/x-httpd-php');
    }
    for (const other of [`${word}x`, `x${word}`, `${word}-x`, `${word}:x`, ` ${word}`]) {
      expect([other, sniffActiveContent(`<${other}>`)]).toEqual([other, null]);
    }
    const found = ['script', ...HTML_TAGS_ANYWHERE].includes(word);
    expect(sniffActiveContent(`some text <${word}>`)).toBe(found ? 'text/html' : null);
  });

  it.each(Object.entries(ANYWHERE).flatMap(([type, texts]) => texts.map((text) => [type, text] as const)))(
    '%s anywhere, in any case: %j',
    (type, text) => {
      for (const before of ['some text ', '\ufeff{ ', '<?xml version="1.0"?> text ', `${'x'.repeat(300)} `]) {
        for (const spelled of [text, text.toLowerCase(), text.toUpperCase()]) {
          expect([spelled, sniffActiveContent(`${before}${spelled}`)]).toEqual([spelled, type]);
        }
      }
    },
  );

  it.each(Object.entries(ON_A_LINE).flatMap(([type, texts]) => texts.map((text) => [type, text] as const)))(
    '%s on a line of its own, in any case: %j',
    (type, text) => {
      for (const before of ['some text\n', 'some text\r\n', 'x\n \t ', `${'x'.repeat(300)}\n`]) {
        if (/^content-type/i.test(text) && /[ \t]$/.test(before)) continue;
        for (const spelled of [text, text.toLowerCase(), text.toUpperCase()]) {
          expect([spelled, sniffActiveContent(`${before}${spelled}`)]).toEqual([spelled, type]);
        }
      }
      expect(sniffActiveContent(`some text ${text}`)).toBeNull();
    },
  );

  it.each([
    ...['#', '# !', ' # !/bin/sh', '!#', '< %', '<scriptlets>', '<scriptlet', '<svgs>', '<svg:g>', '<s-:svg>'],
    ...['[InternetShortcu', 'InternetShortcut]', '[{000214A0', '[000214A0-', '[Desktop Entry', '[DesktopEntry]'],
    ...[
      '[autorun',
      '[autoruns]',
      '[version',
      '[ version]',
      '[xShellClassInfo]',
      '[ShellClassInfo]',
      'REGEDIT',
      'REGEDIT 4',
    ],
    ...[
      'Windows Registry Edit',
      'WindowsRegistry Editor',
      '@echox a',
      '@ echo a',
      '@echo',
      '@remark',
      '@setx a',
      '@iff a',
    ],
    ...[
      '@call',
      '@starts a',
      '@cls1',
      'echo offs',
      'echo of',
      'setlocale',
      'setlocal_a',
      '<',
      '<>',
      '<h2 >',
      '<frames>',
    ],
  ])('is not what only resembles a beginning: %j', (text) => expect(sniffActiveContent(text)).toBeNull());

  it.each([
    ...[
      '<?ph_',
      '<?x',
      '<?',
      '<hta',
      '<htax:',
      '<svg',
      '<svg-x>',
      '<svg:g>',
      '< svg>',
      '<:svg>',
      '<:script>',
      '\nvar x = WScriptx',
      `<${'s'.repeat(33)}:svg>`,
    ],
    ...['http://www.w3.org/2000/sv', 'http://www.w3.org/1999/xhtm', 'http://www.w3.org/1999/XSL/Transfor'],
    ...[
      'http://wwwxw3.org/2000/svg',
      'http://www.w3xorg/2000/svg',
      'http://wwwxw3.org/1999/xhtml',
      'http://www.w3xorg/1999/xhtml',
    ],
    ...['http://wwwxw3.org/1999/XSL/Transform', 'http://www.w3xorg/1999/XSL/Transform'],
    ...['<script', '<scripts>', '<script:x>', '< script>', `<${'s'.repeat(33)}:script>`],
    ...HTML_TAGS_ANYWHERE.flatMap((word) => [`<${word}`, `<${word}s>`, `<${word}:x>`, `<x${word}>`, `< ${word}>`]),
    ...['<!doctypehtml', '<!doctype  xhtml', '<!doctype htm', '<doctype html', '<!doctype'],
    ...[
      '<1 onload=x',
      '< a onload=x',
      '<a onxx',
      '<aonload=x',
      '<a xonload=x',
      '<a on=x',
      '<a onab=x',
      `<a on${'a'.repeat(25)}=x`,
    ],
    ...['<a> onload=x', '<a <b onload=x'.replace('<b ', '<'), '<a onload         =x', '<a on1ab=x', '<a on-load=x'],
    ...['<?xml-styleshee', '<?mso-applicatio', '<!ENTIT', '<! ENTITY', '<ENTITY'],
    ...[
      '\nContent-Type: multipart/relate',
      '\nContent-Type:         multipart/related',
      '\nX-Content-Type: multipart/related',
    ],
    ...['\nContent-Type:\nmultipart/related', '\nContent-Type: multipart/mixed'],
    ...['\n@echo', '\n@echo of', '\n@echo offs', '\n@echo one', '\n@echo  off', '\n@ echo off', '\nx @echo off'],
    ...[
      '\non error resume',
      '\non error goto 0',
      '\noption explici',
      '\nset x = createobject',
      '\nset x = create(',
      '\nset  x = createobject(',
    ],
    ...[
      '\nset x  = createobject(',
      '\nset x =  createobject(',
      `\nset ${'x'.repeat(65)} = createobject(`,
      '\nx set x = createobject(',
    ],
    ...['\nset = createobject(', '\nset -x = createobject(', '\nresume next'],
    ...[
      '\nvar x = new ActiveXObject',
      '\nvar x = new Object(',
      '\nvar x  = WScript.',
      '\nvar x =  WScript.',
      '\nvars x = WScript.',
      '\nx = WScript.x',
    ],
    ...[
      `\nvar ${'x'.repeat(65)} = WScript.`,
      '\nWScript',
      '\nWScriptx',
      '\nx WScript.x',
      '\nlet -x = WScript.',
      '\nconst = WScript.',
      '\nvar  x = WScript.',
    ],
    ...[
      '\n$a = New-Object',
      '\n$a = New-Objects ',
      '\n$a  = New-Object ',
      '\n$a =  New-Object ',
      '\na = New-Object ',
      '\n$ = New-Object ',
    ],
    ...[
      `\n$${'a'.repeat(65)} = New-Object `,
      '\n$-a = New-Object ',
      '\nIEX',
      '\nIEXx',
      '\nIEX x',
      '\nIEX  (',
      '\nInvoke-Expression',
      '\nInvoke-Expressions ',
    ],
    ...['\n#requires', '\n#requires x', '\n# requires -', '\n[CmdletBindin', '\nCmdletBinding', '\nx [CmdletBinding'],
  ])('is not what only resembles markup or a script: %j', (text) =>
    expect(sniffActiveContent(`some text ${text}`)).toBeNull(),
  );

  it.each([
    ...['ab ', 'ab(', 'ab.', 'ab\n', `${'a'.repeat(32)} `, '        ab '],
    ...['@', '!', '#', '='].flatMap((mark) => [`${mark}ab `, `${mark}        ab `]),
    ...['="', "='", '=        "', "=\n'"],
  ])('application/x-asp for a block that is closed: <%%%s', (code) => {
    for (const open of [`some text <%${code}1`, `some text <%${code.toUpperCase()}1`]) {
      for (const text of [`${open}%>`, `${open} %> x`, `%> ${open}`]) {
        expect([text, sniffActiveContent(text)]).toEqual([text, 'application/x-asp']);
      }
      expect([open, sniffActiveContent(`${open} % >`)]).toEqual([open, null]);
    }
  });

  it.each([
    ...[
      'a ',
      '@a.',
      '1b ',
      `${'a'.repeat(33)} `,
      '         ab ',
      '@         ab ',
      'ab',
      '@ab-',
      '$ab ',
      '@@ab ',
      '@=ab ',
    ],
    ...['', '=', '"', '@"', '= 1', '=         "', '< %ab '],
  ])('takes no <%%%s for a block', (code) => expect(sniffActiveContent(`some text <%${code}%>`)).toBeNull());

  it.each(['&#115;', '&#x73;', '&#X73;', '&#x000073;', '&#0000115;', '&#x53;', '&#83;'])(
    'reads what XML reads for a letter: %s',
    (letter) => {
      expect(sniffActiveContent(`some text <${letter}cript>`)).toBe('text/html');
      expect(sniffActiveContent(`some text <${letter}vg>`)).toBe('image/svg+xml');
      expect(sniffActiveContent(`some text <%= re${letter}ponse.x %>`)).toBe('application/x-asp');
    },
  );

  it.each([
    '&#115',
    '&115;',
    '&#73;',
    '&#x115;',
    '&#00000115;',
    '&#x0000073;',
    '&#s;',
    '&#x;',
    '& #115;',
    '&#x110000;',
    '&#1114112;',
  ])('leaves alone what XML reads for no such letter, and does not break on it: %s', (letter) => {
    expect(sniffActiveContent(`some text <${letter}cript>`)).toBeNull();
    expect(sniffActiveContent(`some text ${letter} <script>`)).toBe('text/html');
  });

  it('reads references of every length, up to the last code point', () => {
    for (const text of ['&#60;&#115;cript&#62;', '<script&#9;x', '<script&#x9;x', '<b&#x6f;dy>', '<b&#X6F;dy>']) {
      expect([text, sniffActiveContent(`&#x10ffff;&#1114111; ${text}`)]).toEqual([text, 'text/html']);
    }
  });

  it('looks for the beginning behind what is closed only', () => {
    for (const start of ['<!-- ', '<!-- x >', '<!-- x ->', '<?x >', '<?x ?', '<!- x', '< !x>', '<- x>', '-->', 'x']) {
      expect([start, sniffActiveContent(`${start}<b>`)]).toEqual([start, null]);
    }
  });

  it.each(['<a', '<a ', '<!--', '<?', '&#x', '<a on', '\n$a = ', ' \t', '<%', '<!ENTITY'.slice(0, 4), '/on='])(
    'takes linear time for 2 MiB of %j',
    (piece) => {
      const text = `x${piece.repeat(Math.ceil(2_097_152 / piece.length))}`;
      const started = performance.now();
      sniffActiveContent(text);
      sniffActiveContent(text.slice(1));
      expect(performance.now() - started).toBeLessThan(3000);
    },
  );
});
