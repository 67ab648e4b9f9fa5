import { describe, expect, it } from '@jest/globals';
import mimeTypes from 'mime-db';
import { extensionOf } from '../../../../functions/domain/file-type/types/key-extension.ts';
import { png } from '../../../../local/samples.ts';
import { isoMedia, PICTURES, RECORDINGS } from '../../../support/file-types/iso-media.ts';
import { judged } from '../../../support/file-types/judged.ts';
import { HONEST_PDFS, PAGE_PDFS } from '../../../support/file-types/pdf-files.ts';
import type { Sample } from '../../../support/file-types/sample.ts';
import { ACTIVE_TEXTS, BINARY_TEXTS, HONEST_TEXTS, RENDERABLE_TEXTS } from '../../../support/file-types/texts.ts';
import { ACTIVE_XML, HONEST_XML, PROBLEM_XML } from '../../../support/file-types/xml-files.ts';

/** Every file of the tables, stored under every kind of Content-Type. */
const RENDERED = [
  'text/html',
  'TEXT/HTML;charset=iso-2022-jp',
  'application/xhtml+xml',
  'image/svg+xml',
  'text/xsl',
  'application/mathml+xml',
  'multipart/related; boundary=b',
  'message/rfc822',
  'text/html x',
  'text/plain, text/html',
];
const PARSED = ['text/xml', 'application/xml; charset=utf-8'];
const GENERIC = ['application/octet-stream', 'binary/octet-stream'];

async function findings({ name, bytes }: Sample, types: readonly (string | null)[]): Promise<(string | null)[]> {
  const verdicts = types.map((contentType) => judged(name, bytes, { contentType }));
  return (await Promise.all(verdicts)).map(({ finding }) => finding);
}

/** What a browser sends for a file of that name. */
function usualType(name: string): string {
  const extension = extensionOf(name);
  const found = Object.entries(mimeTypes).find(([, known]) => extension && known?.extensions?.includes(extension));
  return found?.[0] ?? 'application/octet-stream';
}

const named = (samples: readonly Sample[]) => samples.map((sample) => [sample.name, sample] as const);
const recordings = [...RECORDINGS, ...PICTURES].map(([name, major, compatible]) => ({
  name,
  type: '',
  bytes: isoMedia(major, compatible),
}));

describe('an honest file', () => {
  const HONEST = [...HONEST_TEXTS, ...HONEST_PDFS, ...HONEST_XML, ...recordings];

  it.each(named(HONEST))('%s passes under its own type, and under one that says nothing', async (_, sample) => {
    const types = [usualType(sample.name), ...GENERIC];
    expect(await findings(sample, types)).toEqual(types.map(() => null));
  });

  it.each(named(HONEST))('%s passes under no type that browsers render', async (_, sample) => {
    expect(await findings(sample, RENDERED)).not.toContain(null);
  });
});

describe('text with markup in it', () => {
  it.each(named(RENDERABLE_TEXTS))('%s passes as text', async (_, sample) => {
    const types = ['text/plain', 'text/plain; charset=iso-2022-jp', ...GENERIC];
    expect(await findings(sample, types)).toEqual(types.map(() => null));
  });

  it.each(named(RENDERABLE_TEXTS))('%s passes under no type that browsers render or parse', async (_, sample) => {
    expect(await findings(sample, [...RENDERED, ...PARSED])).not.toContain(null);
  });
});

it.each(named([...ACTIVE_TEXTS, ...BINARY_TEXTS, ...ACTIVE_XML, ...PAGE_PDFS]))(
  '%s passes under no type',
  async (_, sample) => {
    expect(await findings(sample, ['text/plain', null, ...GENERIC, ...PARSED, ...RENDERED])).not.toContain(null);
  },
);

it.each(PROBLEM_XML.map(([rule, sample]) => [rule, sample.name, sample] as const))(
  'XML is refused as %s under every type: %s',
  async (rule, _, { bytes }) => {
    const types = ['text/plain', ...GENERIC, ...PARSED];
    expect(await findings({ name: 'data.xml', bytes, type: '' }, types)).toEqual(types.map(() => `type:xml(${rule})`));
  },
);

it('an image passes under the type of another image, and under none that browsers render', async () => {
  const image = { name: 'photo.jpg', type: 'image/png', bytes: png() };
  expect(await findings(image, ['image/png', 'image/jpeg', 'image/webp'])).toEqual([null, null, null]);
  expect(await findings(image, [...RENDERED, ...PARSED, 'text/javascript', 'text/css'])).not.toContain(null);
});
