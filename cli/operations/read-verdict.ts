import { GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import type { DeployedGate } from '../../functions/domain/gate/deployed-gate.ts';
import type { ObjectAddress } from './s3-uri.ts';

/** What the tags of a version say, in the words of the stack's dialect. */
export interface TaggedVerdict {
  /** null: there is no verdict yet. */
  readonly status: string | null;
  /** Whether readers may have it. */
  readonly clean: boolean;
  readonly finding: string | null;
  /** As it is tagged. */
  readonly scanTime: string | null;
  readonly definitions: string | null;
}

type TagName = 'finding' | 'scanTime' | 'definitions';

/** Tags beside the status, by dialect; others have none. */
const TAGS: Readonly<Record<string, Partial<Readonly<Record<TagName, string>>>>> = {
  airlock: { finding: 'scan-finding', scanTime: 'scan-time', definitions: 'scan-definitions' },
  'bucket-antivirus': { finding: 'av-signature', scanTime: 'av-timestamp' },
};

/** @throws what the SDK throws, also when that version has gone meanwhile */
export async function readVerdict(
  s3: S3Client,
  { bucket, key }: ObjectAddress,
  versionId: string,
  { dialect, tagKey }: Pick<DeployedGate, 'dialect' | 'tagKey'>,
): Promise<TaggedVerdict> {
  const { TagSet = [] } = await s3.send(
    new GetObjectTaggingCommand({ Bucket: bucket, Key: key, ...(versionId !== 'null' && { VersionId: versionId }) }),
  );
  const tags = new Map(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  const { statusTag } = dialectNamed(dialect, tagKey);
  const status = tags.get(statusTag.key) ?? null;
  const value = (name: TagName) => tags.get(TAGS[dialect]?.[name] ?? '') ?? null;
  return {
    status,
    clean: status === statusTag.clean,
    finding: value('finding'),
    scanTime: value('scanTime'),
    definitions: value('definitions'),
  };
}
