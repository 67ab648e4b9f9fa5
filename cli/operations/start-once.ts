import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

export interface Started {
  readonly outcome: 'started' | 'already started';
  /** Of what was started. */
  readonly executionArn?: string | undefined;
}

/**
 * Starts an execution unless one of that name was started in the last 90 days, which Step Functions remembers.
 * EXPRESS has no such memory: an execution may start twice, which costs a scan and changes nothing.
 * @throws what the SDK throws
 */
export async function startOnce(
  stepFunctions: SFNClient,
  execution: { readonly stateMachineArn: string; readonly name: string; readonly input: string | undefined },
): Promise<Started> {
  try {
    const { executionArn } = await stepFunctions.send(new StartExecutionCommand(execution));
    return { outcome: 'started', executionArn };
  } catch (fault) {
    if ((fault as Error).name === 'ExecutionAlreadyExists') return { outcome: 'already started' };
    throw fault;
  }
}
