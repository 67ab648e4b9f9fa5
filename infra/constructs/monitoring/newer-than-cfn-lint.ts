import type { CfnResource } from 'aws-cdk-lib';

/** Says that a resource is right where these rules of cfn-lint 1.51, whose lists are older, find it wrong. */
export function newerThanCfnLint(resource: CfnResource, ...rules: string[]): void {
  resource.addMetadata('cfn-lint', { config: { ignore_checks: rules } });
}
