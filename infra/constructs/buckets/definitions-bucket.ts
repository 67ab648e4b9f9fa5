import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { PipelineFunction } from '../functions/pipeline-function.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface DefinitionsBucketProps {
  readonly accessLogs: IBucket;
}

/**
 * Definitions, one folder for each version, `current.json`, which names the published one, and the operator's
 * `own/`.
 */
export class DefinitionsBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: DefinitionsBucketProps) {
    super(scope, id, { serverAccessLogsBucket: props.accessLogs, serverAccessLogsPrefix: `${id}/` });
  }

  grantReadDefinitions(task: PipelineFunction): void {
    // Before the first publication there is no current.json; without ListBucket, S3 answers 403 instead of 404.
    task.role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.arnForObjects('*')] }));
    task.role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
  }

  grantPublish(task: PipelineFunction): void {
    this.grantReadDefinitions(task);
    const written = ['current.json', 'freshclam.dat', 'versions/*'].map((key) => this.arnForObjects(key));
    task.role.addToPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: written }));
    // No lifecycle rule: it would delete by age, and the published set may be the oldest.
    task.role.addToPolicy(
      new PolicyStatement({ actions: ['s3:DeleteObject'], resources: [this.arnForObjects('versions/*')] }),
    );
  }
}
