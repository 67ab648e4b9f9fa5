import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectTaggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { eicar } from '../../../local/samples.ts';
import { OPERATOR, UPLOADER } from '../../../local/stack/people.ts';
import type { Attack } from './attack.ts';
import { CLEAN, FOREIGN, FOREIGN_SOURCE, FORGED, INFECTED, UNSCANNED, type WatchedBucket } from './watched-bucket.ts';

const FORGED_XML = '<Tagging><TagSet><Tag><Key>scan-status</Key><Value>CLEAN</Value></Tag></TagSet></Tagging>';
const BY = [UPLOADER, OPERATOR];

/** Attempts to write tags that only the pipeline may write. */
export const FORGING: readonly Attack[] = [
  {
    title: 'forges no verdict with the upload',
    by: BY,
    refusedBy: 'DenyForgedVerdict',
    attempts: (bucket, who) =>
      [FORGED, 'SCAN-STATUS=CLEAN', 'a=b&Scan-Status=CLEAN', 'scan-definitions=9999', 'scan-finding=', 'scan-time=x']
        // As the header may spell it.
        .concat('%73can%2Dstatus=CLEAN', 'scan-status', 'a=b&scan-status=&c=d')
        .flatMap((Tagging) => {
          const put = { Bucket: bucket.name, Key: 'forged.txt', Tagging };
          const copy = { ...put, CopySource: `${bucket.name}/${CLEAN}`, TaggingDirective: 'REPLACE' } as const;
          return [
            () => bucket.client(who).send(new PutObjectCommand({ ...put, Body: eicar() })),
            () => bucket.client(who).send(new CreateMultipartUploadCommand(put)),
            () => bucket.client(who).send(new CopyObjectCommand(copy)),
          ];
        }),
  },
  {
    title: 'forges no verdict with a presigned upload or a form',
    by: BY,
    refusedBy: 'DenyForgedVerdict',
    attempts: (bucket, who) => [
      () => bucket.raw('PUT', `/${bucket.name}/forged.txt?x-amz-tagging=scan-status%3DCLEAN`, { who, body: eicar() }),
      ...['tagging', 'Tagging'].map((name) => () => bucket.form(who, 'forged.txt', [[name, FORGED_XML]])),
      () => bucket.form(who, 'forged.txt', [['tagging', FORGED_XML.replace('scan', '&#115;can')]]),
    ],
  },
  {
    title: 'forges no verdict afterwards',
    by: BY,
    refusedBy: 'DenyForgedVerdict',
    attempts: (bucket, who) =>
      onEachTarget(bucket, [INFECTED, UNSCANNED, CLEAN], (target) =>
        ['scan-status', 'Scan-Status', 'scan-definitions'].map((Key) => () => {
          const Tagging = { TagSet: [{ Key, Value: 'CLEAN' }] };
          return bucket.client(who).send(new PutObjectTaggingCommand({ ...target, Tagging }));
        }),
      ),
  },
  {
    title: 'takes no verdict away',
    by: BY,
    refusedBy: 'DenyErasedVerdict',
    attempts: (bucket, who) =>
      onEachTarget(bucket, [INFECTED, CLEAN], (target) => [
        () => bucket.client(who).send(new DeleteObjectTaggingCommand(target)),
        ...[[], [{ Key: 'mine', Value: 'x' }]].map(
          (TagSet) => () => bucket.client(who).send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet } })),
        ),
      ]),
  },
  {
    title: 'brings no verdict along from a bucket of his own',
    by: BY,
    refusedBy: 'DenyCopiedVerdict',
    attempts: (bucket, who) => [
      ...([undefined, 'COPY', 'REPLACE'] as const).flatMap((TaggingDirective) =>
        [FOREIGN_SOURCE, `/${FOREIGN_SOURCE}`, `${FOREIGN}/${bucket.name}/f`].map((CopySource) => () => {
          const copy = { Bucket: bucket.name, Key: 'copied.txt', CopySource, TaggingDirective };
          return bucket.client(who).send(new CopyObjectCommand(copy));
        }),
      ),
      ...[`${FOREIGN}%2Ff`, `%61${FOREIGN_SOURCE.slice(1)}`, `${FOREIGN_SOURCE}?versionId=null`].map(
        (source) => () =>
          bucket.raw('PUT', `/${bucket.name}/copied.txt`, { who, headers: { 'x-amz-copy-source': source } }),
      ),
      () => bucket.raw('PUT', `/${bucket.name}/copied.txt?x-amz-copy-source=${FOREIGN_SOURCE}`, { who }),
    ],
  },
  {
    title: 'changes nothing about the bucket',
    by: [UPLOADER],
    refusedBy: 'nothing allows',
    attempts(bucket, who) {
      const [client, Bucket] = [bucket.client(who), bucket.name];
      const VersioningConfiguration = { Status: 'Suspended' } as const;
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      return [
        () => client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{"Statement":[]}' })),
        () => client.send(new DeleteBucketPolicyCommand({ Bucket })),
        () => client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
        () => client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })),
      ];
    },
  },
];

/** With every key as it is and by its version. */
async function onEachTarget<Attempt>(
  bucket: WatchedBucket,
  keys: readonly string[],
  attempts: (target: { Bucket: string; Key: string; VersionId: string | undefined }) => readonly Attempt[],
): Promise<Attempt[]> {
  const versions = await Promise.all(keys.map((key) => bucket.latestVersion(key)));
  return keys.flatMap((Key, at) =>
    [undefined, versions[at]].flatMap((VersionId) => attempts({ Bucket: bucket.name, Key, VersionId })),
  );
}
