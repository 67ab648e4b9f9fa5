import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { OPERATOR, READER, UPLOADER } from '../../../local/stack/people.ts';
import type { Attack, Attempt } from './attack.ts';
import { CLEAN, FOREIGN, INFECTED, UNSCANNED, type WatchedBucket } from './watched-bucket.ts';

const WITHOUT_VERDICT = [INFECTED, UNSCANNED];
const STRANGER = 'arn:aws:iam::000000000000:user/stranger';

/** Attempts at content that has no CLEAN verdict. */
export const READING: readonly Attack[] = [
  {
    title: 'reads nothing without a CLEAN verdict',
    by: [UPLOADER, READER, OPERATOR],
    refusedBy: 'DenyUnlessClean',
    async attempts(bucket, who) {
      const [client, Bucket] = [bucket.client(who), bucket.name];
      const attempts = await Promise.all(
        WITHOUT_VERDICT.map(async (Key): Promise<Attempt[]> => {
          const VersionId = await bucket.latestVersion(Key);
          const presigned = presignedQuery(who);
          return [
            () => client.send(new GetObjectCommand({ Bucket, Key })),
            () => client.send(new GetObjectCommand({ Bucket, Key, VersionId })),
            () => client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-0' })),
            () => client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 1 })),
            () => client.send(new GetObjectCommand({ Bucket, Key, IfNoneMatch: '"other"' })),
            () => client.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['Checksum'] })),
            () => bucket.raw('GET', `/${Bucket}/${Key}?${presigned}`),
          ];
        }),
      );
      return attempts.flat();
    },
  },
  {
    title: 'sees no headers without a CLEAN verdict',
    by: [UPLOADER, READER, OPERATOR],
    // Answers to HEAD have no body, so no reason.
    refusedBy: /./,
    attempts: (bucket, who) =>
      WITHOUT_VERDICT.map((Key) => async () => {
        const head = bucket.client(who).send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
        await head.catch((fault) => Promise.reject(Object.assign(fault, { name: 'AccessDenied' })));
      }),
  },
  {
    title: 'copies nothing without a CLEAN verdict to where it could be read',
    by: [UPLOADER, OPERATOR],
    refusedBy: 'DenyUnlessClean',
    async attempts(bucket, who) {
      const client = bucket.client(who);
      const upload = { Bucket: FOREIGN, Key: 'out' };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
      return WITHOUT_VERDICT.flatMap((key) => {
        const CopySource = `${bucket.name}/${key}`;
        const part = { ...upload, UploadId, PartNumber: 1, CopySource };
        const copies = [FOREIGN, bucket.name].flatMap((Bucket) =>
          (['COPY', 'REPLACE'] as const).map(
            (TaggingDirective) => () =>
              client.send(new CopyObjectCommand({ Bucket, Key: 'out', CopySource, TaggingDirective })),
          ),
        );
        const onItself = { Bucket: bucket.name, Key: key, CopySource, MetadataDirective: 'REPLACE' } as const;
        return [
          ...copies,
          () => client.send(new CopyObjectCommand(onItself)),
          () => client.send(new UploadPartCopyCommand(part)),
        ];
      });
    },
  },
  {
    title: 'gets nothing out of quarantine and puts nothing in',
    by: [UPLOADER, READER],
    refusedBy: /DenyTakingOut|DenyPuttingIn|nothing allows/,
    async attempts(bucket, who) {
      const quarantine = await bucket.neighbour('quarantine');
      const CopySource = `${bucket.name}/${CLEAN}`;
      return [
        () => bucket.raw('GET', `/${quarantine}/key`, { who }),
        () => bucket.raw('GET', `/${quarantine}/key?versionId=null`, { who }),
        () => bucket.raw('PUT', `/${quarantine}/key`, { who, body: 'x' }),
        () => bucket.client(who).send(new CopyObjectCommand({ Bucket: quarantine, Key: 'key', CopySource })),
      ];
    },
  },
  {
    title: 'without a key reads and writes nothing',
    by: ['nobody'],
    refusedBy: /./,
    attempts: (bucket) => [
      ...[CLEAN, INFECTED, UNSCANNED].map((key) => () => bucket.raw('GET', `/${bucket.name}/${key}`)),
      () => bucket.raw('PUT', `/${bucket.name}/new.txt`, { body: 'x' }),
    ],
  },
  {
    title: 'with a key that nobody has reads and writes nothing',
    by: [STRANGER],
    refusedBy: 'does not exist in our records',
    attempts: (bucket, who) => [
      () => bucket.raw('GET', `/${bucket.name}/${CLEAN}`, { who }),
      () => bucket.raw('PUT', `/${bucket.name}/new.txt`, { who, body: 'x' }),
    ],
  },
  {
    title: 'gets nothing over plain HTTP, CLEAN or not',
    by: [UPLOADER, READER, OPERATOR],
    refusedBy: 'DenyInsecureTransport',
    attempts: (bucket, who) => overPlainHttp(bucket, who),
  },
];

function overPlainHttp(bucket: WatchedBucket, who: string): Attempt[] {
  // The local server treats loopback as TLS unless a proxy says otherwise.
  const headers = { 'x-forwarded-proto': 'http' };
  return [
    ...[CLEAN, UNSCANNED].map((key) => () => bucket.raw('GET', `/${bucket.name}/${key}`, { who, headers })),
    () => bucket.raw('PUT', `/${bucket.name}/new.txt`, { who, headers, body: 'x' }),
  ];
}

function presignedQuery(who: string): URLSearchParams {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return new URLSearchParams({
    'X-Amz-Credential': `${who.split('/').at(-1)}/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
    'X-Amz-Date': date,
    'X-Amz-Expires': '60',
  });
}
