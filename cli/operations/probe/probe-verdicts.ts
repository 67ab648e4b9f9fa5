import { PutObjectCommand } from '@aws-sdk/client-s3';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import type { DeployedGate } from '../../../functions/domain/gate/deployed-gate.ts';
import type { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import type { Patient } from '../doctor/clients.ts';
import { failure, type Outcome, ok } from '../doctor/finding.ts';
import { followObject, type PutObject, type Seen } from './follow-object.ts';
import type { ProbePlan } from './probe-key.ts';

export interface ProbeOptions {
  readonly bucket: string;
  readonly timeoutMilliseconds: number;
  /** Ends the waiting; what was put is removed all the same. */
  readonly signal: AbortSignal;
}

/** One probe of one bucket. */
export interface Run {
  readonly patient: Patient;
  readonly options: ProbeOptions;
  readonly plan: ProbePlan;
  readonly gate: DeployedGate;
  readonly onInfected: ScanPolicy['onInfected'];
}

/** Uploads it, and waits until it is CLEAN. */
export async function cleanFile(run: Run, key: string): Promise<Outcome> {
  const { statusTag } = dialectOf(run.gate);
  const { seen, took } = await upload(run, key, run.plan.file.clean(), () => true);
  if (seen !== 'no verdict' && seen !== 'gone' && seen.tag === statusTag.clean) {
    return ok(`a clean file is ${statusTag.clean} after ${took}`);
  }
  return failure(`a clean file ${worded(seen, took)}, not ${statusTag.clean}`, WHERE_TO_LOOK);
}

/** Uploads it, and waits until it is INFECTED, and gone where that is what happens. */
export async function eicarFile(run: Run, key: string): Promise<Outcome> {
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
