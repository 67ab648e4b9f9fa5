import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import { LocalStateMachine, type LocalStateMachineProps } from '../../emulator/step-functions/state-machine.ts';
import { ROOT } from './synthesis.ts';

/**
 * Every state machine of the stack by ARN, from its ASL file with the template's substitutions.
 *
 * @param definitions ASL file by logical id
 */
export async function loadStateMachines(
  stack: LocalStack,
  definitions: Readonly<Record<string, string>>,
  options: Pick<
    LocalStateMachineProps,
    | 'invoke'
    | 'tokens'
    | 'clock'
    | 'retryWaitMs'
    | 's3'
    | 'temporary'
    | 'authorizeChildren'
    | 'onBatch'
    | 'onChild'
    | 'mapRuns'
  >,
): Promise<ReadonlyMap<string, LocalStateMachine>> {
  const machines = new Map<string, LocalStateMachine>();
  for (const [logicalId, file] of Object.entries(definitions)) {
    const resource = stack.resources.get(logicalId);
    if (resource === undefined) throw new Error(`the template has no state machine ${logicalId}`);
    const { DefinitionSubstitutions = {}, RoleArn } = resource.properties;
    const asl = await readFile(join(ROOT, file), 'utf8');
    const definition = JSON.parse(
      asl.replace(/\$\{(\w+)\}/g, (token, name: string) => {
        if (name in DefinitionSubstitutions) return DefinitionSubstitutions[name];
        throw new Error(`${file}: the template does not substitute ${token}`);
      }),
    );
    const { arn } = resource;
    const type = typesOfStateMachines(stack).get(arn) ?? 'STANDARD';
    machines.set(arn, new LocalStateMachine({ arn, definition, type, roleArn: RoleArn, ...options }));
  }
  return machines;
}

/** By ARN of the state machine. */
export function typesOfStateMachines(stack: LocalStack): ReadonlyMap<string, 'STANDARD' | 'EXPRESS'> {
  const machines = stack.ofType('AWS::StepFunctions::StateMachine');
  return new Map(machines.map(({ arn, properties }) => [arn, properties.StateMachineType ?? 'STANDARD']));
}
