import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Channel } from '../../domain/channels.ts';
import { InvalidInput, NotificationFailed } from '../../domain/errors.ts';
import { toFinding } from '../../domain/security-hub/finding.ts';
import { sha256 } from '../process/digest.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { translatedNotification } from './notification-errors.ts';
import { clientSettings } from './sdk-client.ts';

/** Codes of a finding that was not taken, which a later attempt may change. */
const PASSING = /Internal|Throttl|LimitExceeded|Unavailable/i;

/** Findings of the product `SECURITY_HUB_PRODUCT_ARN`. What a message is not about an object, is none. */
export function securityHub(env: Environment): Channel {
  const client = new SecurityHubClient(clientSettings(env, 'SECURITYHUB'));
  const productArn = requiredString(env, 'SECURITY_HUB_PRODUCT_ARN');

  return async ({ told }) => {
    if (told === undefined) return;
    const command = new BatchImportFindingsCommand({ Findings: [toFinding(told, productArn, sha256)] });
    const { SuccessCount = 0, FailedFindings: [failed] = [] } = await translatedNotification('Security Hub', () =>
      client.send(command),
    );
    // It also answers 200 for a finding that it did not take.
    if (failed !== undefined) {
      const { ErrorCode = 'no code', ErrorMessage = 'no reason' } = failed;
      const Fault = PASSING.test(ErrorCode) ? NotificationFailed : InvalidInput;
      throw new Fault(`Security Hub: ${ErrorCode}: ${ErrorMessage}`);
    }
    if (SuccessCount !== 1) throw new NotificationFailed(`Security Hub: ${SuccessCount} findings were taken`);
  };
}
