import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import type { z } from 'zod';
import { DeployedCost, settingsOfDeployed } from '../../functions/domain/cost/deployed-cost.ts';
import type { CostSettings } from '../../functions/domain/cost/settings.ts';
import { DeployedBucket } from '../../functions/domain/deployed-bucket.ts';
import type { DeployedStarts } from '../../functions/domain/deployed-starts.ts';
import type { PolicyDocument } from '../../functions/domain/gate/bucket-policy.ts';
import { DeployedDestination, policyOfDestination } from '../../functions/domain/gate/deployed-destination.ts';
import { type DeployedGate, policyOf } from '../../functions/domain/gate/deployed-gate.ts';
import { DeployedGuard } from '../../functions/domain/gate/guard.ts';
import { didYouMean } from '../../infra/config/error-message.ts';
import { outputsOfAirlock, readStackReference } from './airlock-outputs.ts';

/** A deployed airlock, described by the outputs of its stack; independent of what this copy of the code would deploy. */
export interface DeployedStack {
  /** ARN of the stack. */
  readonly id: string;
  /** `UPDATE_COMPLETE` and the like. */
  readonly status: string;
  /** @throws Error when the stack has no such output */
  output(key: string): string;
  /** undefined when the stack has no such output, which it may not need. */
  optionalOutput(key: string): string | undefined;
  /** @throws Error when the stack does not watch the bucket, or was deployed by a version with another output format */
  gateOf(bucket: string): DeployedGate;
  /** All of it. @throws as gateOf */
  bucketOf(bucket: string): DeployedBucket;
  /** Buckets that clean objects are copied to. @throws Error as gateOf */
  destinations(): readonly DeployedDestination[];
  /** The gate of a watched bucket, or of one that clean objects are copied to. @throws Error as gateOf */
  policyFor(bucket: string): PolicyDocument;
  /** Names of the buckets that the stack watches. @throws Error as gateOf */
  bucketNames(): readonly string[];
  /** What uploads and rescans cost depends on. @throws Error when the stack was deployed by another version */
  cost(): CostSettings;
  /**
   * What starts the executions of each bucket that the stack watches.
   * @throws Error when the stack was deployed by a version with none or another output format
   */
  starts(): readonly DeployedStarts[];
  /** @throws Error when the stack was deployed by a version with another output format */
  guard(): DeployedGuard;
  /** When CloudFormation created the stack. */
  readonly createdAt?: Date | undefined;
}

/**
 * @param name name or ARN of a stack; of several airlocks in it, one as `Stack/Airlock`
 * @throws what the SDK throws; ValidationError for a stack that does not exist; Error when it has no airlock or several
 */
export async function describeStack(cloudFormation: CloudFormationClient, name: string): Promise<DeployedStack> {
  const reference = readStackReference(name);
  const {
    Outputs = [],
    StackStatus = '',
    StackId = '',
    CreationTime,
  } = await findStack(cloudFormation, reference.stack);
  assertWhole(name, StackStatus);
  const outputs = outputsOfAirlock(
    new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
    reference,
  );
  const output = (key: string) => {
    const value = outputs.get(key);
    if (value !== undefined) return value;
    throw new Error(`the stack ${name} has no output ${key}: ${OTHER_VERSION}`);
  };
  const buckets = () =>
    [...outputs].filter(([key]) => BUCKET.test(key)).map(([key, value]) => parsed(name, key, value, DeployedBucket));
  const destinations = () =>
    [...outputs]
      .filter(([key]) => DESTINATION.test(key))
      .map(([key, value]) => parsed(name, key, value, DeployedDestination));
  function bucketNamed(bucket: string): DeployedBucket {
    const all = buckets();
    const found = all.find(({ gate }) => gate.bucketName === bucket);
    if (found !== undefined) return found;
    const names = all.map(({ gate }) => gate.bucketName);
    const watched = `${names.join(', ') || 'none'}${didYouMean(bucket, names)}`;
    throw new Error(`the stack ${name} does not watch the bucket ${bucket}; it watches: ${watched}`);
  }
  return {
    id: StackId,
    status: StackStatus,
    output,
    createdAt: CreationTime,
    optionalOutput: (key) => outputs.get(key),
    guard: () => parsed(name, 'Guard', output('Guard'), DeployedGuard),
    bucketNames: () => buckets().map(({ gate }) => gate.bucketName),
    bucketOf: bucketNamed,
    gateOf: (bucket) => bucketNamed(bucket).gate,
    destinations,
    policyFor(bucket) {
      const destination = destinations().find(({ bucketName }) => bucketName === bucket);
      return destination === undefined ? policyOf(bucketNamed(bucket).gate) : policyOfDestination(destination);
    },
    cost: () => settingsOfDeployed(parsed(name, 'Cost', output('Cost'), DeployedCost)),
    starts() {
      const starts = buckets().map((bucket) => bucket.starts);
      if (starts.length > 0) return starts;
      throw new Error(`the stack ${name} does not say what starts its executions: ${OTHER_VERSION}`);
    },
  };
}

const OTHER_VERSION = 'another version of s3-airlock was deployed. Deploy this one, or use the command of that one';

async function findStack(cloudFormation: CloudFormationClient, StackName: string): Promise<Stack> {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    if (Stacks[0] !== undefined) return Stacks[0];
  } catch (fault) {
    const { name, message } = fault as Error;
    if (name !== 'ValidationError' || !/does not exist/.test(message)) throw fault;
    const region = await cloudFormation.config?.region();
    throw new Error(`${message} in ${region}, in the account of these credentials: check --stack, --region, --profile`);
  }
  throw new Error(`CloudFormation does not describe the stack ${StackName}`);
}

/** Of a stack with any other status all is there: while it is updated, or after that failed, what was there before. */
const NOT_WHOLE: Readonly<Record<string, string>> = {
  CREATE_IN_PROGRESS: 'is being created: try again when that has ended',
  REVIEW_IN_PROGRESS: 'has never been deployed: deploy it',
  CREATE_FAILED: 'could not be created: delete it, and deploy it again',
  ROLLBACK_IN_PROGRESS: 'could not be created: delete it, and deploy it again',
  ROLLBACK_FAILED: 'could not be created: delete it, and deploy it again',
  ROLLBACK_COMPLETE: 'could not be created: delete it, and deploy it again',
  DELETE_IN_PROGRESS: 'is being deleted',
  DELETE_FAILED: 'is deleted in part: delete the rest, or deploy it under another name',
  DELETE_COMPLETE: 'is deleted',
};

function assertWhole(name: string, status: string): void {
  const what = Object.hasOwn(NOT_WHOLE, status) ? NOT_WHOLE[status] : undefined;
  if (what !== undefined) throw new Error(`the stack ${name} ${what} (${status})`);
}

/** Of infra/constructs/buckets/deployed-output.ts. */
const BUCKET = /^WatchedBucket.*Deployed$/;
/** Of infra/constructs/buckets/copy-destination.ts. */
const DESTINATION = /^CopyDestination.*Deployed$/;

function parsed<Schema extends z.ZodType>(stack: string, key: string, value: string, schema: Schema): z.infer<Schema> {
  const { success, data } = schema.safeParse(JSON.parse(value));
  if (success) return data;
  // A policy from incomplete data could be too weak.
  throw new Error(`the output ${key} of the stack ${stack} cannot be read: ${OTHER_VERSION}`);
}
