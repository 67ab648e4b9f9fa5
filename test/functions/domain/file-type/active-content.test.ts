import { describe, expect, it } from '@jest/globals';
import { sniffActiveContent } from '../../../../functions/domain/file-type/active-content.ts';

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
