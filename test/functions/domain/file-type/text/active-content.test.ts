import { describe, expect, it } from '@jest/globals';
import { sniffActiveContent } from '../../../../../functions/domain/file-type/text/active-content.ts';
import { ACTIVE_TEXTS, HONEST_TEXTS, RENDERABLE_TEXTS } from '../../../../support/file-types/texts.ts';
import { startProcessorTime } from '../../../../support/processor-time.ts';

const read = (bytes: Uint8Array) =>
  new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8', { ignoreBOM: true }).decode(bytes);

/** What may stand before the first tag, and before the first line, of what counts. */
const BEFORE_MARKUP = ['', '\ufeff', ' \t\r\n', '<!-- > -->', '<?x y?>', '<!DOCTYPE x>', '<!-- --><!-- -->\n'];
const BEFORE_LINES = ['', '\ufeff', '\r\n\r\n', '# x\n', '; x\r\n', '#\n;\n\n#\n'];

const MARKUP: Readonly<Record<string, readonly string[]>> = {
  'text/x-shellscript': ['#!/bin/sh'],
  'application/x-httpd-php': ['<?php ', '<?PHP\n', '<?=', '<? '],
  'application/x-asp': ['<%', '<%@'],
  'image/svg+xml': ['<svg>', '<SVG ', '<svg/>'],
  'text/html': [
    '<!doctype html>',
    '<!DOCTYPE\nhtml ',
    '<html>',
    '<HEAD ',
    '<body\n',
    '<script>',
    '<iframe/',
    '<title>',
  ],
  'application/x-windows-script': ['<scriptlet>', '<scriptlet '],
  'application/hta': ['<hta:application ', '<HTA:APPLICATION/'],
  'application/x-cfb': ['<?mso-application progid'],
  'application/rtf': ['{\\rtf1', '{\\rt '],
  'application/postscript': ['%!PS', '%!PS-Adobe-3.0'],
};
const LINES: Readonly<Record<string, readonly string[]>> = {
  'application/x-mswinurl': ['[InternetShortcut]', '[internetshortcut]\n', '[{000214A0-0'],
  'application/x-ms-scf': ['[Shell]\n', '[SHELL]'],
  'application/x-desktop': ['[Desktop Entry]'],
  'application/x-setupinf': ['[autorun]', '[.ShellClassInfo]', '[version]\nsignature=', '[Version]\r\n Signature ='],
  'application/x-ms-regedit': ['REGEDIT4', 'REGEDIT4\r\n', 'Windows Registry Editor Version 5.00'],
  'application/x-bat': [
    ...['echo', 'rem', 'setlocal', 'if', 'set', 'call', 'start', 'cls'].flatMap((word) => [`@${word} x`, `@${word}\n`]),
    ...['echo off', 'setlocal'],
  ],
  'application/x-powershell': ['[CmdletBinding()]'],
  'text/x-ms-iqy': ['WEB\n1\n', 'web\r\n1\r\n'],
  'application/x-rdp': ['full address:s:x', 'screen mode id:i:2', 'winposstr:s:'],
};

const rows = (table: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(table).flatMap(([type, texts]) => texts.map((text) => [type, text] as const));

describe('what a text begins as', () => {
  it.each(rows(MARKUP))('%s, behind what a browser skips: %j', (type, text) => {
    for (const before of BEFORE_MARKUP) {
      expect([before, sniffActiveContent(`${before}${text}`)]).toEqual([before, type]);
    }
  });

  it.each(rows(LINES))('%s, behind blank lines and comments: %j', (type, text) => {
    for (const before of BEFORE_LINES) {
      expect([before, sniffActiveContent(`${before}${text}`)]).toEqual([before, type]);
    }
  });

  it.each(rows({ ...MARKUP, ...LINES }))('is not told by what stands further below: %s %j', (_type, text) => {
    for (const before of ['x, ', 'a line\n', '<p>\n', 'a,b\n1,"']) {
      expect([before, sniffActiveContent(`${before}${text}`)]).toEqual([before, null]);
    }
  });

  it.each(ACTIVE_TEXTS.map(({ name, type, bytes }) => [name, type, bytes] as const))('%s: %s', (_name, type, bytes) =>
    // Whether RTF has objects is found out by reading on.
    expect(sniffActiveContent(read(bytes))).toBe(type.replace('x-rtf-object', 'rtf')),
  );

  it.each([...HONEST_TEXTS, ...RENDERABLE_TEXTS].map(({ name, bytes }) => [name, bytes] as const))(
    'is nothing active for %s',
    (_name, bytes) => expect(sniffActiveContent(read(bytes))).toBeNull(),
  );

  it.each([
    ...['#', '# !', '<?', '<?phpx', '< script>', '<scripts>', '<htmlx>', '<head-x>', '<svgs>', '<svg', '<scriptlet'],
    ...['<!doctype htmlx>', '<!doctypehtml>', '<!-- <script>', '<?x <script>', '{\\r', '%!TEX root=a.tex', '%PDF-1.4'],
    ...['[InternetShortcut', '[{000214A1-', '[Desktop Entries]', '[Shells]', '[autoruns]', '[version]\nx=1'],
    ...['REGEDIT', 'REGEDIT45', 'Windows Registry Editor', '@echox', '@ echo x', 'echo of', 'setlocale', '@setx a'],
    ...['WEB\n2\n', 'WEB 1\n', 'WEBS\n1\n', 'ab:s:', 'full address:x:y', 'full address: s', 'ID;P', 'ID;PX\nB;1\n'],
    ...['', '<h1>', '<a ', '<p>', '<br>', '<table>', '<style>', '<div>', '<font>', '<b>'],
  ])('is not what only resembles it: %j', (text) => expect(sniffActiveContent(text)).toBeNull());

  it('takes no tag of a page for one behind an XML declaration, where only its namespace counts', () => {
    for (const tag of ['<body>', '<title>', '<script>', '<head>']) {
      expect(sniffActiveContent(`<?xml version="1.0"?>\n<!-- x -->${tag}`)).toBeNull();
    }
  });

  it.each([
    '<!---->',
    '<!-- ',
    '#\n',
    '\n',
    '<?x?>',
    '<!x>',
    '[',
    'a:b\n',
    ' a\n',
    'C;X1;',
    'ID;P',
    'ID;P\nC;',
    'O;;',
    '@',
  ])('takes linear time for 2 MiB of %j', (piece) => {
    const text = piece.repeat(Math.ceil(2_097_152 / piece.length));
    const used = startProcessorTime();
    sniffActiveContent(text);
    sniffActiveContent(`ID;P${text}`);
    expect(used()).toBeLessThan(3000);
  });
});
