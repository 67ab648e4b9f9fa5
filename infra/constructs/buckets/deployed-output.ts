import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import type { z } from 'zod';
import { type DeployedBucket, DeployedRescan } from '../../../functions/domain/deployed-bucket.ts';
import type { RescanConfig } from '../../config/rescan.ts';
import { everyDaysOf } from '../../config/schedule.ts';
import type { RescanSchedule } from '../state-machines/rescan-schedule.ts';
import type { S3Annotations } from './s3-annotations.ts';
import type { WatchedBucket } from './watched-bucket.ts';

export interface DeployedOutputProps {
  /** Of its rule and its schedule. */
  readonly name: string;
  readonly schedule: RescanSchedule | undefined;
  readonly annotations: S3Annotations;
  readonly rescan: RescanConfig;
  /** As configured. */
  readonly versioned: boolean | undefined;
}

/** What `airlock` needs to know about a watched bucket, in one output: a stack has 200. */
export function deployedOutput(
  watched: WatchedBucket,
  { name, schedule, annotations, rescan, versioned = true }: DeployedOutputProps,
): void {
  const stack = Stack.of(watched);
  const arnOf = (service: string, resource: string, resourceName: string) =>
    stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  const wanted = { ...rescan, ages: [...rescan.ages], everyDays: everyDaysOf(rescan.schedule) };
  const usual = DeployedRescan.parse({});
  const unusual: z.input<typeof DeployedRescan> = Object.fromEntries(
    Object.keys(usual)
      .map((key) => key as keyof typeof usual)
      // A schedule says it already.
      .filter((key) => key !== 'prefix' || schedule === undefined)
      .filter((key) => JSON.stringify(wanted[key]) !== JSON.stringify(usual[key]))
      .map((key) => [key, wanted[key]]),
  );
  const deployed: z.input<typeof DeployedBucket> = {
    gate: { ...watched.gate, annotations: annotations.text },
    starts: {
      bucketName: watched.bucket.bucketName,
      uploadRuleArn: arnOf('events', 'rule', name),
      ...(schedule !== undefined && {
        rescanSchedule: { arn: arnOf('scheduler', 'schedule/default', name), input: schedule.input },
      }),
    },
    ...(Object.keys(unusual).length > 0 && { rescan: unusual }),
    ...(watched.isMade && { versioned }),
  };
  new CfnOutput(watched, 'Deployed', { description: 'For `airlock`', value: stack.toJsonString(deployed) });
}
