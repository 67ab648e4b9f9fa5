import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { eicar } from '../../../local/samples.ts';
import { UPLOADER } from '../../../local/stack/people.ts';
import { ODD_KEYS } from '../odd-keys.ts';
import type { Attack, Attempt } from './attack.ts';
import { putClean, REPLACEMENTS } from './replacing.ts';
import { CLEAN, CLEAN_CONTENT, FOREIGN_SOURCE, FORGED, INFECTED } from './watched-bucket.ts';

/** What no letter, no case and no encoding makes the status tag; S3 takes some of these and not others. */
const LOOKALIKES = [
  ...['scan-status%20=CLEAN', '%20scan-status=CLEAN', 'scan-status%C2%A0=CLEAN', '%2573can-status=CLEAN'],
  ...['ſcan-ſtatus', 'ｓcan-status', 'sсan-status', 'scan‑status', 'scan-status\u200b'].map(
    (key) => `${encodeURIComponent(key)}=CLEAN`,
  ),
  ...['&scan-status=CLEAN', 'scan-status=INFECTED&scan-status=CLEAN', 'scan-status%00=CLEAN', 'a=b;scan-status=CLEAN'],
];
const TAG_HEADERS = [
  ...LOOKALIKES.map((tags) => ['x-amz-tagging', tags]),
  ...[
    ['a=b', FORGED],
    [FORGED, 'a=b'],
  ].map(([first = '', second = '']) => ['X-Amz-Tagging', first, 'x-amz-tagging', second]),
  ['x-amz-meta-scan-status', 'CLEAN'],
];

/** Attempts that S3 may allow because uploaders may upload. The result must be unreadable. */
export const PASSING_OFF: readonly Attack[] = [
  {
    title: 'passes no other tag or header off as the verdict',
    by: [UPLOADER],
    attempts: (bucket, who) => [
      ...TAG_HEADERS.map(
        (headers, at) => () => bucket.raw('PUT', `/${bucket.name}/alike-${at}`, { who, headers, body: eicar() }),
      ),
      () => bucket.form(who, 'alike-form', [['x-amz-tagging', FORGED]]),
      () => bucket.form(who, 'alike-copy', [['x-amz-copy-source', FOREIGN_SOURCE]]),
    ],
  },
  {
    title: 'names no bucket of his own so that it passes for the watched one',
    by: [UPLOADER],
    attempts: (bucket, who) =>
      [
        `//${FOREIGN_SOURCE}`,
        `${bucket.name}/../${FOREIGN_SOURCE}`,
        `${bucket.name}%2F..%2F${FOREIGN_SOURCE}`,
        `${bucket.name}@${FOREIGN_SOURCE}`,
        `arn:aws:s3:::${FOREIGN_SOURCE}`,
        `arn:aws:s3:us-east-1:000000000000:accesspoint/${bucket.name}/object/f`,
      ]
        .map((source) => ['x-amz-copy-source', source])
        .concat([
          ['x-amz-copy-source', FOREIGN_SOURCE, 'X-Amz-Copy-Source', `${bucket.name}/${CLEAN}`],
          ['x-amz-copy-source', `${bucket.name}/${CLEAN}`, 'X-Amz-Copy-Source', FOREIGN_SOURCE],
        ])
        .map((headers, at) => () => bucket.raw('PUT', `/${bucket.name}/source-${at}`, { who, headers })),
  },
  {
    title: 'hides content without a verdict under no key',
    by: [UPLOADER],
    attempts: (bucket, who) =>
      ODD_KEYS.map(
        (Key) => () => bucket.client(who).send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: eicar() })),
      ),
  },
  {
    title: 'content that takes the place of CLEAN content has no verdict of it',
    by: [UPLOADER],
    attempts: (bucket, who) =>
      Object.entries(REPLACEMENTS).map(
        ([how, replace]): Attempt =>
          async () => {
            const Key = `replaced-${how}`;
            await putClean(bucket, who, Key);
            expect(await bucket.read(Key)).toBe(CLEAN_CONTENT);
            await replace(bucket, who, Key);
            expect([how, await bucket.read(Key)]).toEqual([how, null]);
          },
      ),
  },
  {
    title: 'deletes CLEAN content and lays bare what was under it, which has a verdict of its own',
    by: [UPLOADER],
    attempts: (bucket, who) =>
      ['for good', 'with a marker'].map((how) => async () => {
        const target = { Bucket: bucket.name, Key: `deleted ${how}` };
        const client = bucket.client(who);
        await client.send(new PutObjectCommand({ ...target, Body: eicar() }));
        await putClean(bucket, who, target.Key);
        const newest = how === 'for good' ? await bucket.latestVersion(target.Key) : undefined;
        const { VersionId } = await client.send(new DeleteObjectCommand({ ...target, VersionId: newest }));
        expect(await bucket.read(target.Key)).toBeNull();
        if (newest === undefined) await client.send(new DeleteObjectCommand({ ...target, VersionId }));
      }),
  },
  {
    title: 'gets nothing by operations that the local S3 refuses one and all',
    by: [UPLOADER],
    attempts: (bucket, who) =>
      [
        ['POST', 'restore'],
        ['POST', 'select&select-type=2'],
        ['GET', 'torrent'],
        ['GET', 'annotation&annotationName=note'],
        ['PUT', 'annotation&annotationName=note'],
        ['PUT', 'acl'],
        ['PUT', 'retention'],
        ['PUT', 'legal-hold'],
        ['PUT', 'encryption'],
        ['PUT', 'renameObject'],
      ].map(
        ([method = '', query]) =>
          () =>
            bucket.raw(method, `/${bucket.name}/${INFECTED}?${query}`, { who }),
      ),
  },
];
