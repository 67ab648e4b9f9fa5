import { NONE, UNKNOWN } from '../../../functions/domain/report/run-report.ts';
import { SCAN_STATUSES } from '../../../functions/domain/verdict.ts';
import { wordsOf } from '../../../functions/domain/verdict-words.ts';
import { didYouMean } from '../../../infra/config/error-message.ts';
import type { DeployedStack } from '../deployed-stack.ts';
import { readS3Prefix, type S3Prefix } from '../s3-prefix.ts';

/**
 * Where a report looks: all buckets of the stack when none is named.
 * @throws Error for a bucket that the stack does not watch, and for places that overlap: objects would count twice
 */
export function reportTargets(deployed: DeployedStack, named: readonly string[]): S3Prefix[] {
  const targets = (named.length === 0 ? deployed.bucketNames() : named).map(readS3Prefix);
  for (const { bucket } of targets) deployed.gateOf(bucket);
  for (const [at, one] of targets.entries()) {
    const other = targets.find((candidate, index) => {
      return index !== at && candidate.bucket === one.bucket && one.prefix.startsWith(candidate.prefix);
    });
    if (other === undefined) continue;
    const shown = ({ bucket, prefix }: S3Prefix) => `s3://${bucket}/${prefix}`;
    throw new Error(`${shown(one)} is in ${shown(other)}: objects would be counted twice. Name one of them`);
  }
  return targets;
}

/** @throws Error for a word that is neither a verdict, nor one of the dialect, nor `none` */
export function assertStatuses(status: readonly string[], deployed: DeployedStack, buckets: readonly string[]): void {
  const [bucket = ''] = buckets;
  const ofDialect = [...wordsOf(deployed.gateOf(bucket)).values()].flatMap((words) => [...words]);
  const words = [...new Set([...SCAN_STATUSES, ...ofDialect, NONE, UNKNOWN])];
  for (const word of status) {
    if (words.includes(word)) continue;
    throw new Error(`--status ${word}: not one of ${words.join(', ')}${didYouMean(word, words)}`);
  }
}
