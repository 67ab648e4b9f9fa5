import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FileTypePolicy } from '../../../../functions/domain/file-type/file-type-verdict.ts';
import { jpeg, pdf, png } from '../../../../local/samples.ts';
import { judged } from '../../../support/file-types/judged.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const HTML = '<!DOCTYPE html><p>x</p>';
const XML = '<?xml version="1.0"?><r/>';
const MARKUP = 'Notes\n<img src=x onerror=alert(1)>\n';
const BINARY = Buffer.alloc(300, 1);

/** Finding for content under a name and a stored type. */
const under = async (
  contentType: string | null,
  key: string,
  bytes: Uint8Array | string,
  policy: Partial<FileTypePolicy> = {},
) => (await judged(key, bytes, { contentType }, policy)).finding;

describe('the stored type of allowed content', () => {
  it.each<[string, string, Uint8Array | string]>([
    ['text/plain', 'notes.txt', MARKUP],
    ['text/plain; charset=iso-2022-jp', 'notes.txt', MARKUP],
    ['TEXT/PLAIN', 'notes.txt', MARKUP],
    ['text/markdown', 'README.md', '<p align="center">x</p>\n\n# T\n'],
    ['text/plain', 'README.md', '# T\n'],
    ['text/x-log', 'README.md', '# T\n'],
    ['text/csv', 'table.csv', 'a,b\n'],
    ['application/vnd.ms-excel', 'table.csv', 'a,b\n'],
    ['application/json', 'data.json', '{}'],
    ['application/octet-stream', 'notes.txt', MARKUP],
    ['binary/octet-stream', 'photo.png', png()],
    ['application/x-www-form-urlencoded', 'photo.png', png()],
    ['image/png', 'photo.png', png()],
    ['image/jpeg', 'photo.png', png()],
    ['image/jpg', 'photo.jpg', jpeg()],
    ['application/pdf', 'report.pdf', pdf()],
    ['application/x-pdf', 'report.pdf', pdf()],
    ['text/xml', 'data.xml', XML],
    ['application/xml;charset=utf-8', 'data.xml', XML],
    ['application/octet-stream', 'data.xml', XML],
    ['text/plain', 'data.xml', XML],
    ['application/rss+xml', 'feed.xml', '<?xml version="1.0"?><rss version="2.0"/>'],
    ['*/*', 'notes.txt', MARKUP],
    ['application/unknown', 'photo.png', png()],
    ['', 'notes.txt', MARKUP],
  ])('may be %j on %s', async (contentType, key, bytes) => {
    expect(await under(contentType, key, bytes)).toBeNull();
  });

  it('may be missing', async () => {
    expect(await under(null, 'notes.txt', MARKUP)).toBeNull();
  });

  it.each<[string | null, string, Uint8Array | string, string]>([
    ['text/html', 'notes.txt', MARKUP, 'content-type:text/html->text/plain'],
    ['Text/HTML; charset=iso-2022-jp', 'notes.txt', MARKUP, 'content-type:text/html->text/plain'],
    ['text/html', 'photo.png', png(), 'content-type:text/html->image/png'],
    ['image/svg+xml', 'photo.png', png(), 'content-type:image/svg+xml->image/png'],
    ['application/xhtml+xml', 'data.xml', XML, 'content-type:application/xhtml+xml->application/xml'],
    ['application/atom+xml', 'data.xml', XML, 'content-type:application/atom+xml->application/xml'],
    ['text/xml', 'notes.txt', MARKUP, 'content-type:text/xml->text/plain'],
    ['text/xsl', 'data.xml', XML, 'content-type:text/xsl->application/xml'],
    ['multipart/related; boundary=b', 'notes.txt', MARKUP, 'content-type:multipart/related->text/plain'],
    ['message/rfc822', 'notes.txt', MARKUP, 'content-type:message/rfc822->text/plain'],
    ['text/javascript', 'notes.txt', 'alert(1)', 'content-type:text/javascript->text/plain'],
    ['text/css', 'notes.txt', 'a{}', 'content-type:text/css->text/plain'],
    ['application/wasm', 'photo.png', png(), 'content-type:application/wasm->image/png'],
    ['application/x-msdownload', 'photo.png', png(), 'content-type:application/x-msdownload->image/png'],
    ['application/pdf', 'photo.png', png(), 'content-type:application/pdf->image/png'],
    ['image/png', 'report.pdf', pdf(), 'content-type:image/png->application/pdf'],
    ['text/plain', 'report.pdf', pdf(), 'content-type:text/plain->application/pdf'],
    ['video/mp4', 'photo.png', png(), 'content-type:video/mp4->image/png'],
    ['text/html x', 'notes.txt', MARKUP, 'content-type:invalid'],
    ['text/plain, text/html', 'notes.txt', MARKUP, 'content-type:invalid'],
    ['foo', 'notes.txt', MARKUP, 'content-type:invalid'],
    [null, 'README.md', '<p align="center">x</p>\n\n# T\n', 'content-type:none->text/markdown'],
    ['*/*', 'README.md', '<p align="center">x</p>\n\n# T\n', 'content-type:*/*->text/markdown'],
    [`${'a'.repeat(2000)}/b`, 'photo.png', png(), `content-type:${'a'.repeat(100)}->image/png`],
  ])('may not be %j on %s', async (contentType, key, bytes, finding) => {
    expect(await under(contentType, key, bytes)).toBe(finding);
  });

  it('may be any inert one where the policy is relaxed', async () => {
    const relaxed = { inertTypes: 'relaxed' } as const;
    expect(await under('application/pdf', 'photo.png', png(), relaxed)).toBeNull();
    expect(await under('text/html', 'photo.png', png(), relaxed)).toBe('content-type:text/html->image/png');
    expect(await under('text/javascript', 'photo.png', png(), relaxed)).toBe('content-type:text/javascript->image/png');
    expect(await under('application/x-msdownload', 'photo.png', png(), relaxed)).not.toBeNull();
    expect(await under('text/html x', 'photo.png', png(), relaxed)).toBe('content-type:invalid');
  });

  it('may be one that browsers render only where that type is allowed and the content is of it', async () => {
    const allowing = (...types: string[]) => ({ allowedTypes: ['text', ...types] });
    expect(await under('text/html', 'page.html', HTML)).toBe('type:text/html');
    expect(await under('text/html', 'page.html', HTML, allowing('text/html'))).toBeNull();
    expect(await under('text/html', 'notes.txt', MARKUP, allowing('text/html'))).not.toBeNull();
    expect(await under('image/svg+xml', 'image.svg', SVG, allowing('image/svg+xml'))).toBeNull();
    expect(await under('text/html', 'image.svg', SVG, allowing('image/svg+xml'))).not.toBeNull();
    expect(await under('text/xml', 'image.svg', SVG, allowing('image/svg+xml'))).toBeNull();
    expect(await under('text/javascript', 'a.js', 'alert(1)', allowing('text/javascript'))).toBeNull();
  });
});

describe('XML that a browser would run', () => {
  const XHTML = `<?xml version="1.0"?><r xmlns:h="http://www.w3.org/1999/xhtml"><h:p/></r>`;
  const STYLED = '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="a.xsl"?><r/>';

  it('is refused by its name, and by a stored type that is parsed', async () => {
    for (const contentType of ['text/xml', 'application/xml', 'text/plain', 'application/octet-stream', null]) {
      expect(await under(contentType, 'data.xml', XHTML)).toBe('type:xml(xhtml)');
    }
    expect(await under('text/xml', 'data', XHTML)).toBe('type:xml(xhtml)');
    expect(await under('text/xml', 'notes.txt', XHTML)).toBe('type:xml(xhtml)');
  });

  it('is text under the name and the type of text', async () => {
    expect(await under('text/plain', 'notes.txt', XHTML)).toBeNull();
  });

  it('passes with a stylesheet where the policy says so, if nothing renders the stored type', async () => {
    const inert = { xmlStylesheets: 'inert' } as const;
    expect(await under('application/octet-stream', 'invoice.xml', STYLED)).toBe('type:xml(stylesheet)');
    expect(await under('application/octet-stream', 'invoice.xml', STYLED, inert)).toBeNull();
    expect(await under('text/plain', 'invoice.xml', STYLED, inert)).toBeNull();
    expect(await under('text/xml', 'invoice.xml', STYLED, inert)).toBe('type:xml(stylesheet)');
    expect(await under(null, 'invoice.xml', STYLED, inert)).toBe('type:xml(stylesheet)');
  });
});

describe('the names in Content-Disposition', () => {
  const named = async (contentDisposition: string, key = 'run.txt', policy = {}) =>
    (await judged(key, 'plain words', { contentType: 'text/plain', contentDisposition }, policy)).finding;

  it.each([
    'attachment',
    'attachment; filename="run.txt"',
    'inline; filename="run.csv"',
    'attachment; filename="My notes v2.1.txt"',
    'attachment; filename=My notes.txt',
    'attachment; filename="download"',
    'attachment; filename="na_ve.txt"; filename*=UTF-8\'\'na%C3%AFve.txt',
    'form-data; name="file"; filename="run.txt"',
  ])('agree: %s', async (header) => {
    expect(await named(header)).toBeNull();
  });

  it.each<[string, string]>([
    ['attachment; filename="run.bat"', 'bat'],
    ['inline; filename=run.bat', 'bat'],
    ['attachment; filename="run.txt"; filename*=UTF-8\'\'run%2Ebat', 'bat'],
    ['attachment; filename*=UTF-8\'\'run.bat; filename="run.txt"', 'bat'],
    ['attachment; filename="run%2ebat"', 'bat'],
    ['attachment; filename="run.exe."', 'exe'],
    ['attachment; filename="..\\\\..\\\\run.exe"', 'exe'],
    ['attachment; filename*0="run."; filename*1="hta"', 'hta'],
    ['attachment; filename="=?utf-8?B?cnVuLmV4ZQ==?="', 'exe'],
    ['attachment; filename="run.xyz"', 'xyz'],
  ])('disagree: %s', async (header, extension) => {
    expect(await named(header)).toBe(`extension-mismatch:${extension}->text/plain`);
  });

  it('may have an extension that nobody knows under `*`', async () => {
    expect(await named('attachment; filename="run.xyz"', 'run.txt', { allowedTypes: ['*'] })).toBeNull();
    expect(await named('attachment; filename="run.exe"', 'run.txt', { allowedTypes: ['*'] })).not.toBeNull();
  });
});

describe('other headers', () => {
  it('a redirect is refused, whatever the policy', async () => {
    for (const allowedTypes of [['text'], ['*']]) {
      expect(await judged('a.txt', 'x', { websiteRedirect: '/b' }, { allowedTypes })).toMatchObject({
        finding: 'website-redirect',
      });
    }
  });
});

describe('under `*`', () => {
  const any = { allowedTypes: ['*'] };

  it('everything passes whose witnesses agree', async () => {
    expect(await under('text/html', 'page.html', HTML, any)).toBeNull();
    expect(await under('text/xml', 'feed.xml', '<r xmlns:h="http://www.w3.org/1999/xhtml"><h:p/></r>', any)).toBeNull();
    expect(await under('text/xml', 'data.xml', '<r xmlns="http://www.w3.org/1999/xhtml"/>', any)).toBe(
      'extension-mismatch:xml->text/html',
    );
    expect(await under('application/x-anything', 'data.bin', BINARY, any)).toBeNull();
    expect(await under('application/x-iso9660-image', 'data', BINARY, any)).toBeNull();
  });

  it('text under a type that runs does not', async () => {
    expect(await under('text/html', 'notes.txt', MARKUP, any)).toBe('content-type:text/html->text/plain');
    expect(await under('text/html', 'data.bin', BINARY, any)).not.toBeNull();
    expect(await under('text/html x', 'data.bin', BINARY, any)).toBe('content-type:invalid');
  });
});

it('no text that is inert passes under a type that renders it, whatever it says', async () => {
  const rendered = fc.constantFrom(
    'text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'multipart/related',
    'text/xsl',
  );
  const parameter = fc.constantFrom('', ';charset=utf-7', '; charset="iso-2022-jp"', ';', ' ;x=y');
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, maxLength: 50 }), rendered, parameter, async (text, type, more) => {
      expect(await under(type + more, 'notes.txt', text)).not.toBeNull();
    }),
    { numRuns: 200 },
  );
});
