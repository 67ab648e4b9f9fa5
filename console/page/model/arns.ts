/** `Scan Upload` for `…:stateMachine:ScanUploadStateMachine0549862F`, which CloudFormation has named. */
export function machineTitle(name: string): string {
  return name.replace(/StateMachine[0-9A-F]{8}(-\w+)?$/, '').replace(/([a-z0-9])([A-Z])/g, '$1 $2');
}

/** The state machine of an execution; `label` names the distributed Map whose child it is. */
export function machineOf(executionArn: string): { readonly arn: string; readonly label: string | undefined } {
  const [, kind = '', full = ''] = /:(execution|express):([^:]+):/.exec(executionArn) ?? [];
  const [name = '', label] = full.split('/');
  const before = executionArn.slice(0, executionArn.indexOf(`:${kind}:`));
  return { arn: `${before}:stateMachine:${name}`, label };
}

export const isExpress = (executionArn: string) => executionArn.includes(':express:');

/** What an ARN of an execution ends with. */
export function executionName(executionArn: string): string {
  const parts = executionArn.split(':');
  return (isExpress(executionArn) ? parts.at(-2) : parts.at(-1)) ?? '';
}
