import { z } from 'zod';

/**
 * What starts the executions of one watched bucket: part of the stack's output `…Deployed…`, which `airlock redrive`
 * trusts in place of a message.
 */
export const DeployedStarts = z.strictObject({
  bucketName: z.string(),
  /** Its target's input template holds the policy. */
  uploadRuleArn: z.string().startsWith('arn:'),
  /** Absent where the bucket is rescanned by hand only. */
  rescanSchedule: z
    .strictObject({
      arn: z.string().startsWith('arn:'),
      /** As deployed: the scheduled time is Scheduler's `<aws.scheduler.scheduled-time>`. */
      input: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
export type DeployedStarts = z.infer<typeof DeployedStarts>;
