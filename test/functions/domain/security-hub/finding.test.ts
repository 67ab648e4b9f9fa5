import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultOf } from '../../../../emulator/security-hub/asff.ts';
import { DEFAULT_PRODUCT } from '../../../../emulator/security-hub/hub.ts';
import { sha256 } from '../../../../functions/adapters/process/digest.ts';
import type { Notification } from '../../../../functions/domain/notification.ts';
import { concernsFindings, findingId, toFinding } from '../../../../functions/domain/security-hub/finding.ts';
import { SCAN_STATUSES } from '../../../../functions/domain/verdict.ts';

const notification: Notification = {
  ...{ scanId: 'arn:aws:states:us-east-1:000000000000:execution:ScanUpload:1', duplicateId: 'd' },
  ...{ bucket: 'uploads', key: 'in/a.txt', version: 'v1', etag: 'abc', size: 3, type: 'text/plain' },
  ...{ status: 'INFECTED', finding: 'Win.Test.EICAR_HDB-1', definitions: '27000', activeContent: [] },
  ...{ action: 'tag', tagged: true, scanTime: '2026-11-27T03:00:00.000Z', durations: { verdictMs: 1, totalMs: 2 } },
};
const findingOf = (over: Partial<Notification> = {}) =>
  toFinding({ ...notification, ...over }, DEFAULT_PRODUCT, sha256);

describe('a finding', () => {
  it('says what, where and how bad', () => {
    expect(findingOf()).toEqual({
      SchemaVersion: '2018-10-08',
      Id: expect.stringMatching(/^s3-airlock\/uploads\/[0-9a-f]{64}$/),
      ProductArn: DEFAULT_PRODUCT,
      GeneratorId: 's3-airlock/ClamAV',
      AwsAccountId: '000000000000',
      CreatedAt: '2026-11-27T03:00:00.000Z',
      UpdatedAt: '2026-11-27T03:00:00.000Z',
      Title: 'Malware Win.Test.EICAR_HDB-1 in arn:aws:s3:::uploads/in/a.txt',
      Description:
        'ClamAV found Win.Test.EICAR_HDB-1. The object is tagged INFECTED: nobody can read it through the gate. Object: s3://uploads/in/a.txt',
      FindingProviderFields: {
        Severity: { Label: 'HIGH', Original: 'INFECTED' },
        Types: ['TTPs/Initial Access/Malicious File'],
      },
      Resources: [
        {
          ...{ Type: 'AwsS3Object', Id: 'arn:aws:s3:::uploads/in/a.txt', Partition: 'aws', Region: 'us-east-1' },
          Details: { AwsS3Object: { ETag: 'abc', VersionId: 'v1', ContentType: 'text/plain' } },
        },
        { Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::uploads', Partition: 'aws', Region: 'us-east-1' },
      ],
      Malware: [{ Name: 'Win.Test.EICAR_HDB-1', Path: 'in/a.txt', State: 'OBSERVED' }],
      ProductFields: {
        's3-airlock/scanId': notification.scanId,
        's3-airlock/etag': 'abc',
        's3-airlock/definitions': '27000',
        's3-airlock/action': 'tag',
        's3-airlock/key': 'in/a.txt',
      },
      RecordState: 'ACTIVE',
    });
  });

  it.each(['quarantine', 'delete'] as const)('is archived once the object is gone: %s', (action) => {
    expect(findingOf({ action })).toMatchObject({ RecordState: 'ARCHIVED', Malware: [{ State: 'REMOVED' }] });
    expect(findingOf({ action }).Id).toBe(findingOf().Id);
  });

  it('is archived when a later scan takes it back', () => {
    const clean = findingOf({ status: 'CLEAN', finding: null });
    expect(clean).toMatchObject({ Id: findingOf().Id, RecordState: 'ARCHIVED' });
    expect(clean).not.toHaveProperty('Malware');
  });

  it('is one for each version, and one for a key without versions', () => {
    const ids = [{}, { version: 'v2' }, { version: null }, { key: 'other' }, { bucket: 'b' }].map(
      (over) => findingOf(over).Id,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(findingOf({ etag: 'other', finding: 'Other' }).Id).toBe(findingOf().Id);
    expect(findingId(notification, sha256)).toBe(findingOf().Id);
  });

  it('is ASFF whatever the key and the finding are', () => {
    const text = (maxLength: number) =>
      fc.string({ unit: fc.constantFrom('\ud800', 'é', '😀', ' ', '\n', 'x'), minLength: 1, maxLength });
    fc.assert(
      fc.property(
        text(1024),
        fc.option(text(300)),
        fc.option(fc.stringMatching(/^[\w.]{1,100}$/)),
        (key, finding, version) => {
          const sent = findingOf({ key, finding: finding === null ? null : `x${finding}`, version });
          expect(faultOf(JSON.parse(JSON.stringify(sent)))).toBeUndefined();
          expect(JSON.stringify(sent)).not.toMatch(/\\ud[89a-f]/);
        },
      ),
    );
  });
});

it.each(SCAN_STATUSES)('of %s: malware is a finding, and what is none any more', (status) => {
  expect(concernsFindings({ status })).toBe(['INFECTED', 'CLEAN'].includes(status));
});
