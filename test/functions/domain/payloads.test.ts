import { describe, expect, it } from '@jest/globals';
import { NotifyInput, TagObjectInput } from '../../../functions/domain/payloads.ts';

describe('payload schemas', () => {
  const event = { bucket: 'uploads', object: { key: 'k', size: 1, etag: 'e', sequencer: 'new fields are fine' } };
  const verdict = {
    status: 'CLEAN',
    finding: null,
    type: null,
    definitions: null,
    scanTime: '2026-01-01T00:00:00.000Z',
  };

  it('are open where S3 may add to its event, and closed elsewhere', () => {
    expect(TagObjectInput.safeParse({ ...event, verdict }).success).toBe(true);
    expect(TagObjectInput.safeParse({ ...event, verdict, dialect: 'airlock' }).success).toBe(false);
    expect(TagObjectInput.safeParse({ ...event, verdict: { ...verdict, note: 1 } }).success).toBe(false);
  });

  it('take a verdict of before active content was looked for', () => {
    expect(TagObjectInput.parse({ ...event, verdict }).verdict.activeContent).toEqual([]);
    const now = { ...verdict, activeContent: ['pdf-launch'] };
    expect(TagObjectInput.parse({ ...event, verdict: now }).verdict).toEqual(now);
  });

  it('take the start time as Step Functions writes it', () => {
    const rest = { ...event, verdict, scanId: 'arn', outcome: { tagged: true, action: 'tag' } };
    for (const startTime of ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123Z']) {
      expect(NotifyInput.safeParse({ ...rest, startTime }).success).toBe(true);
    }
    expect(NotifyInput.safeParse({ ...rest, startTime: 'yesterday' }).success).toBe(false);
  });
});
