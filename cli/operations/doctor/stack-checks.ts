import { setTimeout as wait } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateDescribeStackResourceDrifts,
  paginateListStackResources,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import type { Patient } from './clients.ts';
import { type Check, failure, type Outcome, ok, warning } from './finding.ts';

export function stackStatus({ deployed: { status } }: Patient): Check {
  return {
    check: 'stack',
    permissions: ['cloudformation:DescribeStacks'],
    look: async () => [statusOf(status)],
  };
}

function statusOf(status: string): Outcome {
  const events = 'see the stack’s events in the CloudFormation console, then deploy again';
  if (status.endsWith('_IN_PROGRESS')) return warning(`${status}: it is being changed`, 'run this again afterwards');
  if (status.endsWith('_FAILED')) return failure(status, events);
  if (status.includes('ROLLBACK')) return warning(`${status}: the last deployment was undone`, events);
  return ok(status);
}

const NESTED = 'AWS::CloudFormation::Stack';
const OF_ROLES = new Set(['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']);

const FIRST_WAIT_MILLISECONDS = 250;
const LONGEST_WAIT_MILLISECONDS = 5000;
const MAX_DETECTION_MILLISECONDS = 30 * 60_000;

/** Whether somebody changed what CloudFormation made: roles above all, whose policies the gate relies on. */
export function driftCheck(patient: Patient): Check {
  return {
    check: 'drift',
    permissions: [
      'cloudformation:DetectStackDrift',
      'cloudformation:DescribeStackDriftDetectionStatus',
      'cloudformation:DescribeStackResourceDrifts',
      'cloudformation:ListStackResources',
      'reading every resource of the stack (docs/operations/doctor.md)',
    ],
    async look() {
      const { cloudFormation } = patient.clients;
      const stacks = [patient.deployed.id, ...(await nestedStacks(cloudFormation, patient.deployed.id))];
      const outcomes: Outcome[] = [];
      let compared = 0;
      for (const [index, stack] of stacks.entries()) {
        patient.tell(`drift: CloudFormation compares the resources of stack ${index + 1} of ${stacks.length}`);
        const failed = await detect(cloudFormation, stack);
        if (failed !== undefined) outcomes.push(warning(`not all of ${stack} was compared: ${failed}`));
        for await (const { StackResourceDrifts = [] } of paginateDescribeStackResourceDrifts(
          { client: cloudFormation },
          { StackName: stack },
        )) {
          compared += StackResourceDrifts.length;
          outcomes.push(...StackResourceDrifts.flatMap(outcomeOf));
        }
      }
      return outcomes.length > 0 ? outcomes : [ok(`${compared} resources compared, all are as deployed`)];
    },
  };
}

/** CDK's are one level deep; CloudFormation does not look into them by itself. */
async function nestedStacks(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { ResourceType, PhysicalResourceId: id } of StackResourceSummaries) {
      if (ResourceType === NESTED && id !== undefined) found.push(id, ...(await nestedStacks(client, id)));
    }
  }
  return found;
}

/** @returns why not all of it could be compared */
async function detect(client: CloudFormationClient, StackName: string): Promise<string | undefined> {
  const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName }));
  const end = Date.now() + MAX_DETECTION_MILLISECONDS;
  for (let pause = FIRST_WAIT_MILLISECONDS; ; pause = Math.min(2 * pause, LONGEST_WAIT_MILLISECONDS)) {
    const { DetectionStatus, DetectionStatusReason } = await client.send(
      new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }),
    );
    if (DetectionStatus === 'DETECTION_COMPLETE') return undefined;
    if (DetectionStatus === 'DETECTION_FAILED') return DetectionStatusReason ?? 'CloudFormation does not say why';
    if (Date.now() > end) throw new Error('CloudFormation did not finish within 30 minutes');
    await wait(pause);
  }
}

function outcomeOf(drift: StackResourceDrift): Outcome[] {
  const { LogicalResourceId: subject = '', ResourceType = '', StackResourceDriftStatus: status } = drift;
  if (status !== 'MODIFIED' && status !== 'DELETED') return [];
  const paths = (drift.PropertyDifferences ?? []).map(({ PropertyPath }) => PropertyPath).join(', ');
  const found = `${ResourceType} ${drift.PhysicalResourceId ?? ''} is ${status === 'DELETED' ? 'deleted' : `changed: ${paths}`}`;
  const todo = 'see what changed in the CloudFormation console (stack, View drift results), and change it back';
  return [{ ...(OF_ROLES.has(ResourceType) ? failure(found, todo) : warning(found, todo)), subject }];
}
