import { randomBytes } from 'node:crypto';
import { DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { targetInput } from '../../../functions/domain/event-input.ts';
import type { DeployedGate } from '../../../functions/domain/gate/deployed-gate.ts';
import { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import type { Patient } from '../doctor/clients.ts';
import { examine, type Finding, failure, type Outcome, ok, unchecked, warning } from '../doctor/finding.ts';
import { ruleOf } from '../doctor/start-checks.ts';
import { followObject, type PutObject, type Seen } from './follow-object.ts';
import { type ProbePlan, planProbe, UploadPattern } from './probe-key.ts';
import { type Left, removeAll } from './remove-probe.ts';

export interface ProbeOptions {
  readonly bucket: string;
  readonly timeoutMilliseconds: number;
  /** Ends the waiting; what was put is removed all the same. */
  readonly signal: AbortSignal;
}

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
  patient.tell(`${bucket}: puts ${keys.clean} and ${keys.infected}, and waits for their verdicts`);
  const run = { patient, options, plan, gate, onInfected: policy.onInfected };
  // Not before both have ended: what is put later would stay.
  const ended = await Promise.allSettled([cleanFile(run, keys.clean), eicarFile(run, keys.infected)]);
  const outcomes = ended.flatMap((each) => {
    if (each.status === 'fulfilled') return [each.value];
    return signal.aborted ? [] : [unchecked(each.reason, PERMISSIONS)];
  });
  const left = await clearUp(patient, bucket, Object.values(keys), policy.onInfected);
  if (left.length === 0) patient.tell(`${bucket}: everything that was put there is removed`);
  if (signal.aborted && policy.onInfected === 'quarantine') {
    patient.tell(
      `${bucket}: if EICAR was being moved, a copy is in the quarantine bucket under ${bucket}/${keys.infected}`,
    );
  }
  return [...outcomes, ...left];
}

interface Run {
  readonly patient: Patient;
  readonly options: ProbeOptions;
  readonly plan: ProbePlan;
  readonly gate: DeployedGate;
  readonly onInfected: ScanPolicy['onInfected'];
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

async function cleanFile(run: Run, key: string): Promise<Outcome> {
  const { statusTag } = dialectOf(run.gate);
  const { seen, took } = await upload(run, key, run.plan.file.clean(), () => true);
  if (seen !== 'no verdict' && seen !== 'gone' && seen.tag === statusTag.clean) {
    return ok(`a clean file is ${statusTag.clean} after ${took}`);
  }
  return failure(`a clean file ${worded(seen, took)}, not ${statusTag.clean}`, WHERE_TO_LOOK);
}

async function eicarFile(run: Run, key: string): Promise<Outcome> {
  const dialect = dialectOf(run.gate);
  const stays = run.onInfected === 'tag';
  const infected = infectedTag(run.gate);
  const { seen, took } = await upload(
    run,
    key,
    run.plan.file.infected(),
    (now) =>
      // What is moved or deleted has the tag first.
      now === 'gone' || stays || now.tag !== infected,
  );
  if (stays && seen !== 'gone' && seen !== 'no verdict' && seen.tag === infected) {
    return ok(`EICAR is ${infected} after ${took}`);
  }
  if (!stays && seen === 'gone') {
    return ok(`EICAR is ${run.onInfected === 'delete' ? 'deleted' : 'moved into quarantine'} after ${took}`);
  }
  const wanted = stays ? infected : `${infected} and ${run.onInfected === 'delete' ? 'deleted' : 'moved away'}`;
  const cleared = seen !== 'gone' && seen !== 'no verdict' && seen.tag === dialect.statusTag.clean;
  const todo = cleared ? 'airlock definitions status' : WHERE_TO_LOOK;
  return failure(`EICAR ${worded(seen, took)}, not ${wanted}`, todo);
}

const WHERE_TO_LOOK = 'airlock waiting; docs/operations/alarms.md#find-the-executions-that-failed';

async function upload(run: Run, key: string, Body: Buffer, isEnd: (seen: Exclude<Seen, 'no verdict'>) => boolean) {
  const { patient, options, plan, gate } = run;
  const { s3 } = patient.clients;
  const { bucket, timeoutMilliseconds, signal } = options;
  signal.throwIfAborted();
  const begun = performance.now();
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: plan.file.mediaType });
  const { VersionId: versionId } = await s3.send(put);
  const object: PutObject = { bucket, key, versionId };
  const tagKey = dialectOf(gate).statusTag.key;
  const seen = await followObject(s3, object, { tagKey, isEnd, timeoutMilliseconds, signal });
  return { seen, took: `${((performance.now() - begun) / 1000).toFixed(1)} s` };
}

function worded(seen: Seen, took: string): string {
  if (seen === 'no verdict') return `has no verdict after ${took}`;
  return seen === 'gone' ? `is gone after ${took}` : `is ${seen.tag} after ${took}`;
}

const dialectOf = ({ dialect, tagKey }: DeployedGate) => dialectNamed(dialect, tagKey);

/** What the dialect calls INFECTED. */
function infectedTag(gate: DeployedGate): string {
  const { tags, statusTag } = dialectOf(gate);
  const verdict = { status: 'INFECTED', finding: 'Eicar', scanTime: new Date(0).toISOString(), definitions: null };
  return tags(verdict as Parameters<typeof tags>[0]).find(([key]) => key === statusTag.key)?.[1] ?? 'INFECTED';
}

/** Everything that was put, also what nobody waited for. */
async function clearUp(
  { clients: { s3 }, deployed }: Patient,
  bucket: string,
  keys: readonly string[],
  onInfected: ScanPolicy['onInfected'],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const remove = async (from: string, prefix: string, leftBehind: (left: Left) => Outcome) => {
    try {
      outcomes.push(...(await removeAll(s3, from, prefix)).map(leftBehind));
    } catch (fault) {
      outcomes.push(failure(`s3://${from}/${prefix} may still be there: ${(fault as Error).message}`, 'remove it'));
    }
  };
  for (const key of keys) await remove(bucket, key, notRemoved);
  if (onInfected !== 'quarantine') return outcomes;
  const quarantine = deployed.output('QuarantineBucketName');
  for (const key of keys) await remove(quarantine, `${bucket}/${key}/`, inQuarantine);
  return outcomes;
}

const notRemoved = ({ bucket, key, versionId, why }: Left): Outcome =>
  failure(
    `s3://${bucket}/${key} is still there: ${why.message}`,
    `aws s3api delete-object --bucket ${bucket} --key ${key} --version-id ${versionId}`,
  );

const inQuarantine = ({ bucket, key }: Left): Outcome =>
  ok(`EICAR stays in quarantine, s3://${bucket}/${key}: only operatorRoleArns may delete it; it expires there`);
