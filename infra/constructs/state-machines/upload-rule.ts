import { Duration } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import { keyFilter } from '../../config/key-filter.ts';
import type { WatchedBucketConfig } from '../../config/schema.ts';

export interface UploadRuleProps {
  readonly ruleName: string;
  readonly bucketName: string;
  readonly filters: Pick<WatchedBucketConfig, 'prefixes' | 'suffixes' | 'reasons' | 'trusted'>;
  readonly policy: ScanPolicy;
  readonly stateMachine: IStateMachine;
  readonly deadLetterQueue: IQueue;
}

/** Starts one execution for each object created in the bucket. */
export class UploadRule extends Construct {
  readonly rule: Rule;

  constructor(
    scope: Construct,
    id: string,
    { ruleName, bucketName, filters, policy, stateMachine, deadLetterQueue }: UploadRuleProps,
  ) {
    super(scope, id);
    const key = keyFilter(filters);
    this.rule = new Rule(this, 'Rule', {
      ruleName,
      description: `Scans uploads of ${bucketName}`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucketName] },
          ...(key !== undefined && { object: { key } }),
          ...(filters.reasons !== undefined && { reason: filters.reasons }),
        },
      },
    });
    this.rule.addTarget(
      new SfnStateMachine(stateMachine, {
        // The input contains the policy, so that the console shows which one an execution used.
        input: RuleTargetInput.fromObject({ detail: EventField.fromPath('$.detail'), policy }),
        deadLetterQueue,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    );
  }
}
