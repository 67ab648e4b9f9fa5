import { ExecutionAlreadyExists, SFNClient, SFNServiceException, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { StartRefused } from '../../domain/errors.ts';
import type { ExecutionStarter } from '../../domain/ports.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { clientSettings } from './sdk-client.ts';

/** Three tries within the time of the function. */
const SOCKET_MILLISECONDS = 3_000;

/** Over the AWS SDK; the state machine is `STATE_MACHINE_ARN`. */
export function createExecutionStarter(env: Environment): ExecutionStarter {
  const stateMachineArn = requiredString(env, 'STATE_MACHINE_ARN');
  const stepFunctions = new SFNClient(clientSettings(env, 'SFN', SOCKET_MILLISECONDS));
  return {
    async start(name, input) {
      try {
        await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (fault) {
        // It has run already: only one that still runs is answered as before.
        if (fault instanceof ExecutionAlreadyExists) return;
        const { message } = fault as Error;
        const reason = fault instanceof SFNServiceException ? fault.name : 'no answer';
        throw new StartRefused(`Step Functions: ${reason}: ${message}`, { cause: fault });
      }
    },
  };
}
