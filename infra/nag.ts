import { Aspects, type Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

export function checkWithNag(stack: Stack): void {
  Aspects.of(stack).add(new AwsSolutionsChecks({ reports: false }));
}
