import { describe, expect, it } from '@jest/globals';
import { bucketAntivirus } from '../../../../functions/domain/dialects/bucket-antivirus.ts';
import { notification, VERDICTS } from './verdicts.ts';

// What bluesentry/bucket-antivirus-function writes: scan.py, `set_av_tags` and `sns_scan_results`.
describe('dialect bucket-antivirus', () => {
  it.each([
    ['clean', 'CLEAN', 'OK'],
    ['infected', 'INFECTED', 'Win.Test.EICAR_HDB-1 FOUND'],
    ['rejected', 'SKIPPED', 'UNKNOWN'],
    ['tooLarge', 'SKIPPED', 'UNKNOWN'],
    ['encrypted', 'SKIPPED', 'UNKNOWN'],
    ['failed', 'SKIPPED', 'UNKNOWN'],
  ] as const)('says %s as %s %s', (name, status, signature) => {
    const said = { 'av-status': status, 'av-signature': signature, 'av-timestamp': '2026/01/02 03:04:05 UTC' };
    const written = bucketAntivirus.tags(VERDICTS[name]);
    expect(Object.fromEntries(written)).toEqual(said);
    expect(written[0]?.[0]).toBe('av-status');
    expect([...bucketAntivirus.tagKeys]).toEqual(written.map(([key]) => key));

    const told = notification(name);
    const body = { bucket: 'uploads', key: 'in box/report.pdf', version: 'v1', ...said };
    expect(JSON.parse(bucketAntivirus.message(told).body)).toEqual(body);
    expect(bucketAntivirus.message(told).detail).toEqual(body);
    expect(bucketAntivirus.message(told).attributes).toEqual({ 'av-status': status, 'av-signature': signature });
  });

  it('has no subject, as the original', () => {
    expect(bucketAntivirus.message(notification('infected'))).not.toHaveProperty('subject');
  });

  it('says null for a version that is not there', () => {
    expect(JSON.parse(bucketAntivirus.message(notification('clean', { version: null })).body)).toMatchObject({
      version: null,
    });
  });
});
