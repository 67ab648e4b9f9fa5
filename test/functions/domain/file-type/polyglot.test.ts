import { describe, expect, it } from '@jest/globals';
import type { Content } from '../../../../functions/domain/file-type/content.ts';
import type { ZipContent } from '../../../../functions/domain/file-type/office/zip-content.ts';
import { otherType } from '../../../../functions/domain/file-type/polyglot.ts';
import { NO_HEADERS } from '../../../../functions/domain/ports.ts';
import { HONEST_PDFS, PAGE_PDFS } from '../../../support/file-types/pdf-files.ts';

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytes = (text: string) => Buffer.from(text, 'latin1');
/** First bytes of content, last bytes, and the zip that ends it. */
const content = (head: string, tail = head, zip: ZipContent | null = null): Content => ({
  size: 1_000_000,
  headers: NO_HEADERS,
  encoded: false,
  encodingFault: null,
  detected: null,
  head: bytes(head),
  tail: bytes(tail),
  text: [],
  xml: null,
  zip,
  directory: null,
});
const zip = (atEnd = true): ZipContent => ({
  names: [],
  complete: true,
  atEnd,
  contentTypes: null,
  mimetype: null,
  relationships: [],
});
const ZIP = 'PK\x03\x04';
const END = 'PK\x05\x06';
const ARCHIVES = ['zip', 'x-tar', 'gzip', 'x-bzip2', 'x-xz', 'x-7z-compressed', 'x-rar-compressed', 'zstd'].map(
  (name) => `application/${name}`,
);
const OTHERS = [
  'application/pdf',
  'image/png',
  'audio/mpeg',
  'video/mp4',
  'application/rtf',
  'application/octet-stream',
];
/** Similar, but not an archive. */
const ALMOST_ARCHIVES = ['application/x-zip', 'application/zipx', 'x-application/zip', 'application/gzip+x'];

describe('a zip behind other content', () => {
  it.each([...OTHERS, ...ALMOST_ARCHIVES])('makes two things of %s, whatever follows the zip', (type) => {
    expect(otherType(content('\0', '\0', zip()), type)).toBe('application/zip');
    expect(otherType(content('\0', '\0', zip(false)), type)).toBe('application/zip');
    expect(otherType(content('\0'), type)).toBeNull();
  });

  it.each(ARCHIVES)('may be the last entry of %s, which has something after it', (type) => {
    expect(otherType(content('\0', '\0', zip(false)), type)).toBeNull();
    expect(otherType(content('\0', '\0', zip()), type)).toBe('application/zip');
  });

  it('is the content itself where it begins as a zip', () => {
    for (const start of [ZIP, END]) expect(otherType(content(start, END, zip()), 'application/zip')).toBeNull();
    for (const start of ['PK\x01\x02', 'PK\x03\x06', 'PK\x05\x04', 'KP\x03\x04', 'P', '']) {
      expect(otherType(content(start, END, zip()), 'image/png')).toBe('application/zip');
    }
  });
});

describe('a PDF in other content', () => {
  const types = [...OTHERS.filter((type) => type !== 'application/pdf'), ...ARCHIVES];
  it.each(types)('makes two things of %s', (type) => {
    expect(otherType(content('\0 %PDF-1.4 x', 'x %%EOF'), type)).toBe('application/pdf');
    for (const [head, tail] of [
      ['%PDF', '%%EOF'],
      ['%pdf-', '%%EOF'],
      ['PDF-', '%%EOF'],
      ['%PDF-', '%EOF'],
      ['%PDF-', '%%eof'],
      ['%PDF-', '%%EO'],
      ['%PDF-', ''],
      ['', '%%EOF'],
      ['%%EOF', '%PDF-'],
    ]) {
      expect([head, tail, otherType(content(`\0${head}`, tail), type)]).toEqual([head, tail, null]);
    }
  });

  it('is what it is where the content is a PDF', () => {
    expect(otherType(content('%PDF-1.4', '%%EOF'), 'application/pdf')).toBeNull();
  });

  it('counts from the first 1,024 bytes on, to an end mark in the last 1,029', () => {
    const at = (before: number, after: number) =>
      otherType(content(`${'\0'.repeat(before)}%PDF-`, `%%EOF${'\0'.repeat(after)}`), 'image/png');
    const places = [at(0, 0), at(1024, 1024), at(1025, 0), at(0, 1025)];
    expect(places).toEqual(['application/pdf', 'application/pdf', null, null]);
  });

  it('in a zip counts when it ends behind the directory', () => {
    const inZip = (tail: string, start = ZIP) => otherType(content(`${start}%PDF-`, tail), 'application/zip');
    expect(inZip(`%%EOF${END}`)).toBeNull();
    expect(inZip(`${END}%%EOF`)).toBe('application/pdf');
    expect(inZip(`${END}%%EOF${END}`)).toBeNull();
    // No zip by its beginning: its end is that of the content.
    expect(inZip(`%%EOF${END}`, '\x1f\x8b')).toBe('application/pdf');
  });
});

describe('a script whose first name is a magic number', () => {
  it.each(['image/gif', 'audio/x', 'video/x'])('makes two things of %s', (type) => {
    for (const [head, tail] of [
      ['GIF89a/*', '*/=1;'],
      ['GIF89a/* */=1;', ''],
      ['BM/*', '*/'],
      ['\xff\xd8\xff\xe0/*', '*/'],
      ['12345678/*', '*/'],
      ['GIF89a/**/', ''],
      ['BM/*\0\0\0\0', '*/'],
    ]) {
      expect([head, tail, otherType(content(head ?? '', tail), type)]).toEqual([head, tail, 'text/javascript']);
    }
    for (const [head, tail] of [
      ['GIF89a/*', '* /'],
      ['GIF89a/*/', ''],
      ['GIF89a/ *', '*/'],
      ['GIF89a*/', '*/'],
      ['B/*', '*/'],
      ['/*', '*/'],
      ['B\0/*', '*/'],
      ['\0B/*', '*/'],
      ['GIF89a/* *', ''],
      ['123456789/*', '*/'],
    ]) {
      expect([head, tail, otherType(content(head ?? '', tail), type)]).toEqual([head, tail, null]);
    }
  });

  it.each([
    'application/pdf',
    'application/image/x',
    'text/plain',
    'ximage/gif',
    'images/gif',
    'application/octet-stream',
  ])('does not of %s, which no browser is told to run', (type) =>
    expect(otherType(content('GIF89a/*', '*/=1;'), type)).toBeNull(),
  );
});

describe('markup in other content', () => {
  it.each(['<?php x();', '<script>', '<html>', '<%@ Page %>', '<?=x()?>', '<svg onload=x>', '<jsp:scriptlet>'])(
    'is no second thing: %j',
    (text) => {
      for (const type of [...OTHERS, ...ARCHIVES]) {
        if (type === 'application/pdf') continue;
        expect([type, otherType(content(`\0${text}`), type)]).toEqual([type, null]);
      }
    },
  );

  it.each(PAGE_PDFS)('before the first object of a PDF makes a page of it: $name', ({ bytes }) => {
    expect(otherType(content(latin1(bytes)), 'application/pdf')).toBe('text/html');
  });

  it.each(HONEST_PDFS)('is not what an honest PDF has: $name', ({ bytes }) => {
    expect(otherType(content(latin1(bytes)), 'application/pdf')).toBeNull();
  });

  it('comes after a zip, and a script after a PDF', () => {
    expect(otherType(content('%PDF-1.4\n%<html>', '%%EOF', zip()), 'application/pdf')).toBe('application/zip');
    expect(otherType(content('BM/*<html>%PDF-', '*/%%EOF'), 'image/bmp')).toBe('application/pdf');
  });
});

describe('a text that quotes a PDF', () => {
  it.each(['text/plain', 'text/markdown', 'application/json'])('is only text: %s', (type) => {
    expect(otherType(content('see %PDF-1.4', 'to %%EOF'), type)).toBeNull();
  });
});
