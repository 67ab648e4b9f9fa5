import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Channel } from '../../domain/channels.ts';
import { InvalidInput, NotificationFailed } from '../../domain/errors.ts';
import { findingId, toFinding } from '../../domain/security-hub/finding.ts';
import { sha256 } from '../process/digest.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { translatedNotification } from './notification-errors.ts';
import { createOpenFindings } from './open-findings.ts';
import { clientSettings } from './sdk-client.ts';

/** Codes of a finding that was not taken, which a later attempt may change. */
const PASSING = /Internal|Throttl|LimitExceeded|Unavailable/i;

/**
 * Findings of the product `SECURITY_HUB_PRODUCT_ARN`. What a message is not about an object, is none, and what is CLEAN
 * archives a finding that is open.
 */
export function securityHub(env: Environment): Channel {
  const client = new SecurityHubClient(clientSettings(env, 'SECURITYHUB'));
  const productArn = requiredString(env, 'SECURITY_HUB_PRODUCT_ARN');

  const open = createOpenFindings(env);

  return async ({ told }) => {
    if (told === undefined) return false;
    const id = findingId(told, sha256);
    if (told.status === 'CLEAN' && !(await open.has(id))) return false;
    const finding = toFinding(told, productArn, sha256);
    // First what is remembered: a finding that nobody remembers stays active for good.
    if (finding.RecordState === 'ACTIVE') await open.add(id);
    await importFinding(finding);
    if (finding.RecordState === 'ARCHIVED') await open.remove(id);
    return true;
  };

  async function importFinding(finding: ReturnType<typeof toFinding>): Promise<void> {
    const command = new BatchImportFindingsCommand({ Findings: [finding] });
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
  }
}
