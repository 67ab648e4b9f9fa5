import { isDeepStrictEqual } from 'node:util';
import { type EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import { targetInput } from '../../functions/domain/event-input.ts';
import { trustedPrefixOf } from '../../functions/domain/gate/trusted.ts';
import { toEventObject } from '../../functions/domain/object-reference.ts';
import { ruleOf } from '../../functions/domain/rule-of.ts';
import type { Claim, ScheduleClaim, UploadClaim } from './dead-letter.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { nameOf } from './execution-name.ts';
import { findVersion } from './find-version.ts';
import { ForeignMessage, ForgedMessage, TrustedObject } from './message-errors.ts';

/** An execution that what is deployed would have started. */
export interface DeployedStart {
  readonly stateMachineArn: string;
  /** Always the same for the same content or time, so that Step Functions starts it only once. */
  readonly name: string;
  /** JSON. */
  readonly input: string;
}

export interface DeployedStartsProps {
  readonly deployed: DeployedStack;
  readonly s3: S3Client;
  readonly eventBridge: EventBridgeClient;
}

/** For people. */
export function subjectOf(claim: Claim): string {
  return claim.kind === 'upload'
    ? `s3://${claim.bucket}/${claim.key}`
    : `${claim.scheduleArn.split('/').at(-1)} at ${claim.scheduledTime}`;
}

/**
 * @returns for each claim what to start, undefined where the content is gone; the rest of the message is not used
 * @throws ForeignMessage, ForgedMessage, TrustedObject, and what the SDK throws
 */
export function deployedStarts({ deployed, s3, eventBridge }: DeployedStartsProps) {
  const targets = new Map<string, ReturnType<typeof targetsOf>>();
  function targetsOf(ruleArn: string) {
    const { Name: Rule, EventBusName } = ruleOf(ruleArn);
    return eventBridge.send(new ListTargetsByRuleCommand({ Rule, EventBusName }));
  }

  /** The input that the bucket's rule would give, with its policy as it is today. */
  async function ruleInput(ruleArn: string, stateMachineArn: string, event: object): Promise<unknown> {
    const asked = targets.get(ruleArn) ?? targetsOf(ruleArn);
    targets.set(ruleArn, asked);
    const target = (await asked).Targets?.find(({ Arn }) => Arn === stateMachineArn);
    if (target === undefined) throw new Error(`the rule ${ruleArn} does not have the target ${stateMachineArn}`);
    const { InputPathsMap = {}, InputTemplate } = target.InputTransformer ?? {};
    if (InputTemplate === undefined) throw new Error(`the rule ${ruleArn} gives ${stateMachineArn} no policy`);
    return targetInput(event, { InputPathsMap, InputTemplate });
  }

  async function upload(claim: UploadClaim): Promise<DeployedStart | undefined> {
    const starts = deployed.starts().find(({ bucketName }) => bucketName === claim.bucket);
    if (starts === undefined)
      throw new ForeignMessage(`the stack does not watch the bucket ${JSON.stringify(claim.bucket)}`);
    const trusted = trustedPrefixOf(deployed.gateOf(claim.bucket), claim.key);
    if (trusted !== undefined) {
      throw new TrustedObject(
        `nothing under ${trusted} is scanned: it is trusted. For once: airlock rescan s3://${claim.bucket}/${trusted} --trusted --strategy all`,
      );
    }
    const content = await findVersion(s3, claim);
    if (content === undefined) return undefined;
    const { bucket, key, etag, versionId, lastModified } = content;
    const stateMachineArn = deployed.output('ScanUploadArn');
    const event = { detail: { bucket: { name: bucket }, object: toEventObject(content) } };
    return {
      stateMachineArn,
      // The time too: the same content may be deleted and uploaded again, and then has no verdict.
      name: nameOf([stateMachineArn, bucket, key, versionId, etag, lastModified.toISOString()]),
      input: JSON.stringify(await ruleInput(starts.uploadRuleArn, stateMachineArn, event)),
    };
  }

  /** Whatever the message says: a report takes no input. */
  function report(scheduledTime: string): DeployedStart {
    const stateMachineArn = deployed.output('ReportBucketsArn');
    return { stateMachineArn, name: nameOf([stateMachineArn, scheduledTime]), input: '{}' };
  }

  async function schedule({ scheduleArn, scheduledTime, target, input }: ScheduleClaim): Promise<DeployedStart> {
    if (scheduleArn === deployed.optionalOutput('ReportScheduleArn')) return report(scheduledTime);
    const own = deployed.starts().find(({ rescanSchedule }) => rescanSchedule?.arn === scheduleArn)?.rescanSchedule;
    if (own === undefined) throw new ForeignMessage(`the stack has no rescan schedule ${JSON.stringify(scheduleArn)}`);
    const stateMachineArn = deployed.output('RescanBucketArn');
    if (target !== stateMachineArn) {
      throw new ForgedMessage(
        `its target is not the schedule's: ${target === undefined ? 'none is named' : JSON.stringify(target)}`,
      );
    }
    const deployedInput = { ...own.input, scheduledTime };
    if (!isDeepStrictEqual({ ...input, scheduledTime }, deployedInput)) {
      throw new ForgedMessage("its input is not the schedule's, or is older than the last deployment");
    }
    const json = JSON.stringify(deployedInput);
    return { stateMachineArn, name: nameOf([stateMachineArn, scheduleArn, scheduledTime, json]), input: json };
  }

  return (claim: Claim) => (claim.kind === 'upload' ? upload(claim) : schedule(claim));
}
