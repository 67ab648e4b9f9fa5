import { randomBytes } from 'node:crypto';
import { DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import { targetInput } from '../../../functions/domain/event-input.ts';
import { oneLine } from '../../../functions/domain/one-line.ts';
import { ruleOf } from '../../../functions/domain/rule-of.ts';
import { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import { UploadPattern } from '../../../functions/domain/upload-pattern.ts';
import type { Patient } from '../doctor/clients.ts';
import { examine, type Finding, type Outcome, unchecked, warning } from '../doctor/finding.ts';
import { planProbe } from './probe-key.ts';
import { cleanFile, eicarFile, type ProbeOptions } from './probe-verdicts.ts';
import { clearUp } from './remove-probe.ts';

const Input = z.looseObject({ policy: ScanPolicy });

/** Every action that a probe needs in a bucket. */
const PERMISSIONS = [
  'events:DescribeRule',
  'events:ListTargetsByRule',
  's3:PutObject',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
  's3:ListBucketVersions',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
];

/** Puts a clean file and EICAR into a bucket, looks at both verdicts, and removes what is there of them. */
export async function probeBucket(patient: Patient, options: ProbeOptions): Promise<readonly Finding[]> {
  const { bucket } = options;
  return examine({ check: 'probe', subject: bucket, permissions: PERMISSIONS, look: () => probe(patient, options) });
}

async function probe(patient: Patient, options: ProbeOptions): Promise<readonly Outcome[]> {
  const { bucket, signal } = options;
  const { gate, starts } = patient.deployed.bucketOf(bucket);
  const { pattern, policy } = await readRule(patient, starts.uploadRuleArn);
  const plan = planProbe(pattern, policy.allowedTypes);
  if ('impossible' in plan) return [warning(`not probed: ${plan.impossible}`, 'upload a file of your own')];
  const name = `airlock-doctor-${randomBytes(6).toString('hex')}`;
  const keys = { clean: plan.keyOf(`${name}-clean`), infected: plan.keyOf(`${name}-eicar`) };
  patient.tell(oneLine(`${bucket}: puts ${keys.clean} and ${keys.infected}, and waits for their verdicts`));
  const run = { patient, options, plan, gate, onInfected: policy.onInfected };
  // Not before both have ended: what is put later would stay.
  const ended = await Promise.allSettled([cleanFile(run, keys.clean), eicarFile(run, keys.infected)]);
  const outcomes = ended.flatMap((each) => {
    if (each.status === 'fulfilled') return [each.value];
    return signal.aborted ? [] : [unchecked(each.reason, PERMISSIONS)];
  });
  const left = await clearUp(patient, bucket, Object.values(keys), policy.onInfected);
  if (left.length === 0) patient.tell(`${bucket}: everything that was put there is removed`);
  if (policy.onClean !== undefined) {
    const { bucket: to, prefix } = policy.onClean.copyTo;
    patient.tell(
      oneLine(`${bucket}: the copy of the clean file stays where it was copied: s3://${to}/${prefix}${keys.clean}`),
    );
  }
  if (signal.aborted && policy.onInfected === 'quarantine') {
    const copy = `${bucket}/${keys.infected}`;
    patient.tell(oneLine(`${bucket}: if EICAR was being moved, a copy is in the quarantine bucket under ${copy}`));
  }
  return [...outcomes, ...left];
}

async function readRule({ clients: { eventBridge }, deployed }: Patient, ruleArn: string) {
  const { Name, EventBusName } = ruleOf(ruleArn);
  const { EventPattern = '{}' } = await eventBridge.send(new DescribeRuleCommand({ Name, EventBusName }));
  const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
  const { InputPathsMap = {}, InputTemplate } =
    Targets.find(({ Arn }) => Arn === deployed.output('ScanUploadArn'))?.InputTransformer ?? {};
  if (InputTemplate === undefined) throw new Error(`the rule ${Name} gives ScanUpload no policy`);
  const { policy } = Input.parse(targetInput({ detail: {} }, { InputPathsMap, InputTemplate }));
  return { pattern: UploadPattern.parse(JSON.parse(EventPattern)), policy };
}
