import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../functions/domain/verdict.ts';
import { ACTIVE_CASES, eventScript } from '../support/containers/active-cases.ts';
import { docxWith, relationTo } from '../support/containers/documents.ts';
import { rescan, upload } from '../support/containers/objects.ts';
import { newSeed, sampleOf } from '../support/containers/sample.ts';
import { type Scanning, said, startScanning } from '../support/containers/scanning.ts';

const seed = newSeed();
let scanning: Scanning;
beforeAll(async () => {
  scanning = await startScanning(seed);
});
afterAll(() => scanning.close());

describe.each(ACTIVE_CASES)('$name', ({ name, build, active }) => {
  it('is CLEAN and named', async () => {
    expect(await scanning.scan(build(sampleOf(seed, name)))).toMatchObject({ status: 'CLEAN', activeContent: active });
  });

  it('is refused, and named, where the policy says so', async () => {
    const verdict = await scanning.scan(build(sampleOf(seed, name)), { activeContent: 'reject' });
    expect(verdict).toMatchObject({
      status: 'REJECTED',
      finding: `active-content:${active[0]}`,
      definitions: expect.any(String),
      activeContent: active,
    });
  });
});

describe('a script on an event of an OpenDocument text', () => {
  const MACRO = 'application/x-opendocument-macro';
  it('is a macro, unless the policy allows those', async () => {
    const refused = { status: 'REJECTED', finding: `type:${MACRO}`, type: MACRO, activeContent: ['odf-event-script'] };
    expect(await scanning.scan(eventScript(), { allowedTypes: ['documents'] })).toMatchObject(refused);
    const allowed = { status: 'CLEAN', activeContent: ['odf-event-script'] };
    for (const allowedTypes of [['*'], ['documents', MACRO]]) {
      expect(await scanning.scan(eventScript(), { allowedTypes })).toMatchObject(allowed);
    }
    const strict = await scanning.scan(eventScript(), { activeContent: 'reject' });
    expect(said(strict)).toBe('REJECTED active-content:odf-event-script');
  });
});

it('a signature wins over what is active', async () => {
  const infected = docxWith({
    'word/_rels/settings.xml.rels': relationTo('attachedTemplate', 'https://example.com/a.dotm'),
    'word/media/image1.png': sampleOf(seed, 'signature').malware,
  });
  const verdict = await scanning.scan(infected, { activeContent: 'reject' });
  expect(verdict).toMatchObject({ status: 'INFECTED', activeContent: ['office-remote-template'] });
});

it('an upload and a rescan say the same', async () => {
  const objects = Object.fromEntries(
    ACTIVE_CASES.map(({ name, extension, build }, index) => [`${index}.${extension}`, build(sampleOf(seed, name))]),
  );
  const tell = (verdict: Verdict) => `${said(verdict)}: ${verdict.activeContent}`;
  const right = (prefix: (first: string | undefined) => string) =>
    Object.fromEntries(
      ACTIVE_CASES.map(({ extension, active }, index) => [`${index}.${extension}`, `${prefix(active[0])}: ${active}`]),
    );
  const strict = { policy: { activeContent: 'reject' }, tell } as const;
  for (const way of [upload, rescan]) {
    expect(await way(scanning, objects, { tell })).toEqual(right(() => 'CLEAN'));
    expect(await way(scanning, objects, strict)).toEqual(right((first) => `REJECTED active-content:${first}`));
  }
});
