import { describe, expect, it } from '@jest/globals';
import { toNotification } from '../../../functions/domain/notification.ts';
import type { NotifyInput } from '../../../functions/domain/payloads.ts';

const INPUT: NotifyInput = {
  scanId: 'arn:aws:states:us-east-1:000000000000:execution:ScanUpload:1',
  startTime: '2026-11-21T20:15:30.000Z',
  bucket: 'uploads',
  object: { key: 'a b+c%2B/ü.pdf', size: 12, etag: 'abc', 'version-id': 'v1' },
  verdict: {
    status: 'INFECTED',
    finding: 'Win.Test.EICAR_HDB-1',
    type: 'application/pdf',
    definitions: '27000',
    activeContent: ['pdf-launch'],
    scanTime: '2026-11-21T20:15:31.250Z',
  },
  outcome: { tagged: true, action: 'tag' },
};
const NOW = new Date('2026-11-21T20:15:32.000Z');

describe('toNotification', () => {
  it('carries all that a receiver is promised', () => {
    expect(toNotification(INPUT, NOW, String)).toEqual({
      scanId: INPUT.scanId,
      duplicateId: INPUT.scanId,
      bucket: 'uploads',
      key: 'a b+c%2B/ü.pdf',
      version: 'v1',
      etag: 'abc',
      size: 12,
      type: 'application/pdf',
      status: 'INFECTED',
      finding: 'Win.Test.EICAR_HDB-1',
      definitions: '27000',
      activeContent: ['pdf-launch'],
      action: 'tag',
      tagged: true,
      scanTime: '2026-11-21T20:15:31.250Z',
      durations: { verdictMs: 1250, totalMs: 2000 },
    });
  });

  it('has no version where the bucket has none', () => {
    const { 'version-id': _, ...object } = INPUT.object;
    expect(toNotification({ ...INPUT, object }, NOW, String).version).toBeNull();
  });

  it('tells the verdict that was tagged, where S3’s answer changed it', () => {
    const verdict = { ...INPUT.verdict, status: 'REJECTED' as const, finding: 'website-redirect' };
    const told = toNotification({ ...INPUT, outcome: { ...INPUT.outcome, verdict } }, NOW, String);
    expect(told).toMatchObject({ status: 'REJECTED', finding: 'website-redirect' });
  });

  it('shows no negative duration when clocks disagree', () => {
    const early = toNotification({ ...INPUT, startTime: '2026-11-21T20:15:40.000Z' }, NOW, String);
    expect(early.durations).toEqual({ verdictMs: 0, totalMs: 0 });
  });

  it('writes the ETag without quotes, as S3’s own events do', () => {
    const quoted = toNotification({ ...INPUT, object: { ...INPUT.object, etag: '"abc"' } }, NOW, String);
    expect(quoted.etag).toBe('abc');
  });
});
