import { createHash, randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { HuntRequest, HuntRules } from '../../../functions/domain/hunt/payloads.ts';
import { RULES_FOLDER, type RuleFile, readBundle, writeBundle } from '../../../functions/domain/hunt/rules.ts';

export interface HuntStart {
  readonly stateMachineArn: string;
  /** Where the rules wait for its functions. */
  readonly resultsBucket: string;
  readonly files: readonly RuleFile[];
  readonly request: Pick<HuntRequest, 'bucket'> & Partial<Pick<HuntRequest, 'prefix' | 'maxConcurrency'>>;
}

/**
 * @returns ARN of the execution
 * @throws what the SDK throws
 */
export async function startHunt(
  { s3, stepFunctions }: { readonly s3: S3Client; readonly stepFunctions: SFNClient },
  { stateMachineArn, resultsBucket: Bucket, files, request }: HuntStart,
): Promise<string> {
  const Body = writeBundle(files);
  const rules = {
    key: `${RULES_FOLDER}${randomUUID()}.json`,
    sha256: createHash('sha256').update(Body).digest('hex'),
  };
  await s3.send(new PutObjectCommand({ Bucket, Key: rules.key, Body, ContentType: 'application/json' }));
  try {
    const input = JSON.stringify({ ...request, rules });
    const { executionArn = '' } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
    return executionArn;
  } catch (fault) {
    await removeRules(s3, Bucket, rules);
    throw fault;
  }
}

/** When no batch needs them any more; what nobody removes, S3 does after eight days. */
export async function removeRules(s3: S3Client, Bucket: string, { key }: Pick<HuntRules, 'key'>): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
}

/** The rules of a hunt that somebody else may have started. @throws Error when they are gone or are others */
export async function fetchRules(
  s3: S3Client,
  Bucket: string,
  { key, sha256 }: HuntRules,
): Promise<readonly RuleFile[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  const text = (await Body?.transformToString()) ?? '';
  const files = createHash('sha256').update(text).digest('hex') === sha256 ? readBundle(text) : undefined;
  if (files === undefined) throw new Error(`s3://${Bucket}/${key} are not the rules that the hunt began with`);
  return files;
}
