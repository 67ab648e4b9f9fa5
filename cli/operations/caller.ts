import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Decision } from '../../functions/domain/definitions/exemptions.ts';

/**
 * Who decides something now, and why.
 * @throws what the SDK throws
 */
export async function decision(sts: STSClient, reason: string, now = new Date()): Promise<Decision> {
  const { Arn: by } = await sts.send(new GetCallerIdentityCommand({}));
  if (by === undefined) throw new Error('AWS does not say who you are: sts GetCallerIdentity returned no ARN');
  return { by, at: now.toISOString(), reason };
}
