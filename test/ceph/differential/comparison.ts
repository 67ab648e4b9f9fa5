import type { Answer } from './answers.ts';
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';
import type { S3Request } from './requests.ts';

/** Ceph's answer converted to S3's, and the known differences used. */
export function correctedAnswer(request: S3Request, ceph: Answer, local: Answer) {
  let answer = ceph;
  const seen: KnownDifference[] = [];
  for (const difference of KNOWN_DIFFERENCES) {
    if (!difference.operations.includes(request.operation) || difference.when?.(request) === false) continue;
    const corrected = difference.corrected(answer, local);
    if (corrected === undefined) continue;
    answer = corrected;
    seen.push(difference);
  }
  return { answer, seen };
}

/** The request on one line, for the report of a difference. */
export function describeRequest({ operation, key, input = {}, ...names }: S3Request): string {
  const options = JSON.stringify({ ...names, ...input }, (_, value) =>
    typeof value === 'string' && value.length > 80 ? `${value.slice(0, 80)}…` : value?.type === 'Buffer' ? '…' : value,
  );
  return `${operation} ${JSON.stringify(key?.slice(0, 80))} ${options}`;
}
