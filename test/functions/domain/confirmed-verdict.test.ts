import { expect, it } from '@jest/globals';
import { isSameContent, restsOnSize, withStoredHeaders } from '../../../functions/domain/confirmed-verdict.ts';
import { NO_HEADERS } from '../../../functions/domain/ports.ts';
import { SCAN_STATUSES, type Verdict } from '../../../functions/domain/verdict.ts';

const verdict = (said: Partial<Verdict>): Verdict => ({
  status: 'CLEAN',
  finding: null,
  type: null,
  definitions: null,
  activeContent: [],
  scanTime: '2026-01-01T00:00:00.000Z',
  ...said,
});

it.each<[boolean, string, Partial<Verdict>]>([
  [true, 'an empty object', {}],
  [true, 'one that is too large', { status: 'UNSCANNABLE', finding: 'too-large' }],
  [false, 'a scanned one', { definitions: '27000' }],
  [false, 'malware', { status: 'INFECTED', finding: 'too-large', definitions: '27000' }],
  [false, 'one that could not be read', { status: 'UNSCANNABLE', finding: 'archived' }],
  [false, 'a refused type', { status: 'REJECTED', finding: 'type:text/html', type: 'text/html' }],
  [false, 'a failure', { status: 'ERROR', finding: 'EngineUnavailable' }],
])('rests on the size alone: %s for %s', (alone, _, said) => {
  expect(restsOnSize(verdict(said))).toBe(alone);
});

it('takes content for the same by ETag and size', () => {
  expect(isSameContent({ etag: 'e', size: 0 }, { etag: 'e', size: 0 })).toBe(true);
  expect(isSameContent({ etag: 'e', size: 0 }, { etag: 'e', size: 1 })).toBe(false);
  expect(isSameContent({ etag: 'e', size: 0 }, { etag: 'f', size: 0 })).toBe(false);
});

it.each(SCAN_STATUSES)('lets a redirect turn nothing but CLEAN into REJECTED: %s', (status) => {
  const given = verdict({ status });
  const redirects = { ...NO_HEADERS, websiteRedirect: '/elsewhere' };
  expect(withStoredHeaders(given, NO_HEADERS)).toBe(given);
  const rejected = { ...given, status: 'REJECTED', finding: 'website-redirect' };
  expect(withStoredHeaders(given, redirects)).toEqual(status === 'CLEAN' ? rejected : given);
});
