import type { DeployedDestination } from '../../../functions/domain/gate/deployed-destination.ts';
import { alarmsCheck, subscribersCheck } from './alarm-checks.ts';
import { bucketChecks, bucketExists, destinationChecks } from './bucket-checks.ts';
import type { Patient } from './clients.ts';
import { definitionsCheck } from './definitions-check.ts';
import { type Check, examine, type Finding } from './finding.ts';
import { queueChecks } from './queue-checks.ts';
import { quotaChecks } from './quota-checks.ts';
import { driftCheck, stackStatus } from './stack-checks.ts';
import { uploadRule } from './start-checks.ts';

export interface DiagnoseOptions {
  readonly buckets: readonly string[];
  /** Whether CloudFormation compares all resources, which takes minutes. */
  readonly drift: boolean;
}

/** What each check finds, in an order of its own; none keeps another from being made. */
export async function* diagnose(patient: Patient, { buckets, drift }: DiagnoseOptions): AsyncGenerator<Finding> {
  // Begins first, since it takes longest.
  const drifted = drift ? examine(driftCheck(patient)) : Promise.resolve([]);
  yield* await examine(stackStatus(patient));
  for (const bucket of buckets) yield* await ofBucket(patient, bucket);
  for (const destination of patient.deployed.destinations()) yield* await ofDestination(patient, destination);
  const others = [
    definitionsCheck(patient),
    ...queueChecks(patient),
    alarmsCheck(patient),
    subscribersCheck(patient),
    ...quotaChecks(patient),
  ].map(examine);
  for (const findings of others) yield* await findings;
  yield* await drifted;
}

const ofBucket = (patient: Patient, bucket: string) =>
  ifItExists(bucketExists(patient, bucket), [...bucketChecks(patient, bucket), uploadRule(patient, bucket)]);

const ofDestination = (patient: Patient, destination: DeployedDestination) =>
  ifItExists(
    bucketExists(patient, destination.bucketName, 'copies do not get there'),
    destinationChecks(patient, destination),
  );

async function ifItExists(bucket: Check, checks: readonly Check[]): Promise<readonly Finding[]> {
  const exists = await examine(bucket);
  if (exists.some(({ level }) => level === 'failure')) return exists;
  return [...exists, ...(await Promise.all(checks.map(examine))).flat()];
}
