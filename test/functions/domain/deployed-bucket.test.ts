import { expect, it } from '@jest/globals';
import { DeployedBucket } from '../../../functions/domain/deployed-bucket.ts';

const ARN = 'arn:aws:events:us-east-1:111122223333:rule/airlock-uploads';
const BUCKET = {
  gate: {
    ...{ bucketName: 'uploads', bucketArn: 'arn:aws:s3:::uploads', dialect: 'airlock', annotations: 'true' },
    ...{ readerRoleArns: [], taggerRoleArns: [] },
  },
  starts: { bucketName: 'uploads', uploadRuleArn: ARN },
};
const scheduled = (input: object) => ({
  ...BUCKET,
  starts: { ...BUCKET.starts, rescanSchedule: { arn: ARN, input } },
});

it.each([
  ['of the schedule', scheduled({ bucket: 'uploads', prefix: 'in/' }), 'in/'],
  ['of a bucket that is rescanned by hand', { ...BUCKET, rescan: { prefix: 'in/', everyDays: null } }, 'in/'],
  ['of an earlier version, which says it twice', { ...scheduled({ prefix: 'in/' }), rescan: { prefix: 'in/' } }, 'in/'],
  ['that is none', scheduled({ bucket: 'uploads' }), ''],
])('knows the prefix of rescans: %s', (_, bucket, prefix) => {
  expect(DeployedBucket.parse(bucket).rescan).toMatchObject({ prefix, strategy: 'due' });
});
