import { describe, expect, it } from '@jest/globals';
import { guardDuty } from '../../../../functions/domain/dialects/guardduty.ts';
import { notification, VERDICTS } from './verdicts.ts';

describe('dialect guardduty', () => {
  it.each([
    ['clean', 'COMPLETED', 'NO_THREATS_FOUND', null],
    ['infected', 'COMPLETED', 'THREATS_FOUND', [{ name: 'Win.Test.EICAR_HDB-1' }]],
    ['rejected', 'SKIPPED', 'UNSUPPORTED', null],
    ['tooLarge', 'SKIPPED', 'UNSUPPORTED', null],
    ['encrypted', 'SKIPPED', 'UNSUPPORTED', null],
    ['noKeyAccess', 'SKIPPED', 'ACCESS_DENIED', null],
    ['failed', 'FAILED', 'FAILED', null],
  ] as const)('says %s as scan %s, result %s', (name, scanStatus, scanResultStatus, threats) => {
    expect(guardDuty.tags(VERDICTS[name])).toEqual([['GuardDutyMalwareScanStatus', scanResultStatus]]);

    const told = notification(name);
    const detail = {
      schemaVersion: '1.0',
      scanStatus,
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: {
        bucketName: 'uploads',
        objectKey: 'in box/report.pdf',
        eTag: 'abc',
        versionId: 'v1',
        s3Throttled: false,
      },
      scanResultDetails: { scanResultStatus, threats, statusReasons: null },
    };
    expect(guardDuty.message(told).detail).toEqual(detail);
    expect(JSON.parse(guardDuty.message(told).body)).toEqual(detail);
    expect(guardDuty.message(told).attributes).toMatchObject({ scanResultStatus });
  });

  it('lets readers in by NO_THREATS_FOUND', () => {
    expect(guardDuty.statusTag).toEqual({ key: 'GuardDutyMalwareScanStatus', clean: 'NO_THREATS_FOUND' });
    expect([...guardDuty.tagKeys]).toEqual(['GuardDutyMalwareScanStatus']);
  });
});
