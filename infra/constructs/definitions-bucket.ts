import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { PipelineFunction } from './pipeline-function.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface DefinitionsBucketProps {
  readonly accessLogs: IBucket;
}

/** Signature sets, one folder for each version, and `current.json`, which names the one in force. */
export class DefinitionsBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: DefinitionsBucketProps) {
    super(scope, id, { serverAccessLogsBucket: props.accessLogs, serverAccessLogsPrefix: `${id}/` });
  }

  letRead(task: PipelineFunction): void {
    task.role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.arnForObjects('*')] }));
    // Before the first publication there is no current.json, and only with this does S3 say so.
    task.role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
  }
}
