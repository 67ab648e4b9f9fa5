import type { CfnResource } from 'aws-cdk-lib';

/** Suppresses rules of cfn-lint 1.51 whose lists are too old for this resource. */
export function newerThanCfnLint(resource: CfnResource, ...rules: string[]): void {
  resource.addMetadata('cfn-lint', { config: { ignore_checks: rules } });
}
