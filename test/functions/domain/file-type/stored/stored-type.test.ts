import { describe, expect, it } from '@jest/globals';
import { type StoredType, storedType } from '../../../../../functions/domain/file-type/stored/stored-type.ts';

const stored = (contentType: string | null, head = '') => storedType(contentType, Buffer.from(head));

describe('a stored type', () => {
  it.each<[StoredType['treatment'], readonly string[]]>([
    [
      'rendered',
      [
        'text/html',
        'TEXT/HTML',
        'text/html; charset=iso-2022-jp',
        'text/html;',
        ' text/html ',
        'application/xhtml+xml',
        'image/svg+xml',
        'image/svg+xml;charset=utf-8',
        'text/xsl',
        'application/xslt+xml',
        'application/rdf+xml',
        'application/mathml+xml',
        'application/vnd.wap.xhtml+xml',
        'application/anything+xml',
        'multipart/x-mixed-replace',
        'multipart/related',
        'message/rfc822',
      ],
    ],
    ['xml', ['text/xml', 'application/xml', 'Application/XML;charset=UTF-16']],
    [
      'program',
      [
        'text/javascript',
        'application/javascript',
        'application/x-ecmascript',
        'text/jscript',
        'text/css',
        'application/wasm',
        'application/x-msdownload',
        'application/x-sh',
        'application/hta',
      ],
    ],
    ['generic', ['application/octet-stream', 'binary/octet-stream', 'application/x-www-form-urlencoded']],
    [
      'inert',
      [
        'text/plain',
        'text/plain;charset=iso-2022-jp',
        'image/png',
        'application/pdf',
        'application/json',
        'font/woff2',
      ],
    ],
    [
      'invalid',
      [
        'text/html x',
        'text/plain, text/html',
        'text/plain,',
        'text/plain; a="b,c"',
        'foo',
        'text',
        'text/',
        '/html',
        'text/ht\u0001ml',
        'text/html\u0000',
        'text html',
        `${'a'.repeat(2000)} /b`,
      ],
    ],
  ])('is %s: %j', (treatment, types) => {
    for (const type of types)
      expect({ type, treatment: stored(type, '<html>').treatment }).toEqual({ type, treatment });
  });

  it('has its name in lower case, without parameters', () => {
    expect(stored('Text/Plain; Charset="UTF-8"')).toEqual({ name: 'text/plain', unknown: false, treatment: 'inert' });
  });
});

describe('a type that is missing or unknown', () => {
  const UNKNOWN = [null, '', ' ', '*/*', 'unknown/unknown', 'application/unknown'];

  it.each<[StoredType['treatment'], readonly string[]]>([
    [
      'rendered',
      ['<html>', '\n <!DOCTYPE html>', '<p align="center">', '<!-- x -->', '<SCRIPT >', '<svg'.replace('svg', 'a ')],
    ],
    ['xml', ['<?xml version="1.0"?><a/>', '\n<?xml ?>']],
    ['inert', ['', 'Notes\n<script>', '# T', '%PDF-1.7', '<pre>', 'GIF89a', '<svg onload=x>']],
  ])('is %s by what the content begins as: %j', (treatment, beginnings) => {
    for (const type of UNKNOWN) {
      for (const beginning of beginnings) {
        expect({ type, beginning, ...stored(type, beginning) }).toMatchObject({
          type,
          beginning,
          treatment,
          unknown: true,
        });
      }
    }
  });

  it('is called none where there is none', () => {
    expect(stored(null).name).toBe('none');
    expect(stored('*/*').name).toBe('*/*');
  });
});
