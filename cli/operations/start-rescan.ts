import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Strategy } from '../../functions/domain/rescan/strategy.ts';

/** The state machine fills in omitted fields; docs/rescans.md. */
export interface RescanRequest {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly strategy?: Strategy | undefined;
  readonly window?: { readonly from: Date; readonly to: Date } | undefined;
  readonly maxConcurrency?: number | undefined;
  /** Of what lies under a trusted prefix, which is left out otherwise. */
  readonly scanTrusted?: boolean | undefined;
}

/**
 * @returns ARN of the execution
 * @throws what the SDK throws
 */
export async function startRescan(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  request: RescanRequest,
): Promise<string> {
  const input = JSON.stringify(request);
  const { executionArn = '' } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
  return executionArn;
}

/**
 * ARN of an execution of a state machine, from it or from its name.
 * @param called what its executions are, for people
 * @throws Error for an ARN of anything else
 */
export function executionOf(stateMachineArn: string, text: string, called: 'rescan' | 'hunt'): string {
  const own = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:`;
  if (text.startsWith(own)) return text;
  if (/^[\w-]{1,80}$/.test(text)) return `${own}${text}`;
  throw new Error(`${JSON.stringify(text)} is no ${called} of this stack: their ARNs begin with ${own}`);
}
