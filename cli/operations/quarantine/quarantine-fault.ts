import { isDenied } from '../s3-faults.ts';

/**
 * What to do about a refusal.
 * @param who ARN of the caller, if it is known
 */
export function explainedRefusal(fault: unknown, doing: string, who?: string): Error {
  const { name, message } = fault as Error;
  if (!isDenied(fault)) return fault as Error;
  const whom = who === undefined ? '' : ` as ${who}`;
  return new Error(`may not ${doing}${whom}: ${adviceOn(message)} (${[name, message].filter(Boolean).join(': ')})`, {
    cause: fault,
  });
}

function adviceOn(message: string): string {
  if (/kms:/i.test(message)) {
    return 'the quarantine has a KMS key of its own: grant your role kms:Decrypt and kms:GenerateDataKey on it';
  }
  if (/object.?lock|worm/i.test(message)) {
    return 'Object Lock keeps it: wait until the lock ends, or use --bypass-lock with s3:BypassGovernanceRetention';
  }
  return 'only the roles in quarantine.operatorRoleArns may, and they need permissions of their own: name yours there, deploy, and assume it';
}
