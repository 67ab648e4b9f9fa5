import { GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import type { DeployedGate } from '../../functions/domain/gate/deployed-gate.ts';
import { type TaggedDetails, taggedDetails } from '../../functions/domain/tagged-verdict.ts';
import type { ObjectAddress } from './s3-uri.ts';

/** What the tags of a version say, in the words of the stack's dialect. */
export interface TaggedVerdict extends TaggedDetails {
  /** null: there is no verdict yet. */
  readonly status: string | null;
  /** Whether readers may have it. */
  readonly clean: boolean;
}

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
  const named = dialectNamed(dialect, tagKey);
  const status = tags.get(named.statusTag.key) ?? null;
  return { ...taggedDetails(tags, named), status, clean: status === named.statusTag.clean };
}
