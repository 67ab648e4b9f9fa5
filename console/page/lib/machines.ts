import { useEffect } from 'preact/hooks';
import { childDefinition, type Definition, graphOf, type StateGraph } from '../model/definition.ts';
import { call, type Output } from './call.ts';
import { anotherPipeline, connection, generation } from './connection.ts';
import { createStore } from './store.ts';
import { usePolled } from './use-polled.ts';

export type Machine = NonNullable<Output<'states', 'ListStateMachines'>['stateMachines']>[number];
export type DescribedMachine = Output<'states', 'DescribeStateMachine'>;

/** Those of the stack; undefined until they are known. */
export const machines = createStore<readonly Machine[] | undefined>(undefined);

/** Milliseconds. They hardly change, but whether somebody answers is seen by this. */
const LOOK_MILLISECONDS = 2000;

/**
 * For the shell: keeps `machines` and the connection up to date. Other state machines, or the same created anew, are those
 * of another pipeline.
 */
export function useMachines(): void {
  const { refresh } = usePolled(
    'machines',
    async (signal) => {
      const { stateMachines = [] } = await call('states', 'ListStateMachines', {}, signal);
      const before = machines.get();
      if (JSON.stringify(stateMachines) === JSON.stringify(before)) return;
      machines.set(stateMachines);
      if (before !== undefined) anotherPipeline();
    },
    LOOK_MILLISECONDS,
  );
  // Before the views ask the pipeline that is back for what is new.
  useEffect(() => connection.subscribe(refresh), []);
}

export interface MachineGraph {
  readonly described: DescribedMachine;
  readonly graph: StateGraph;
}

const graphs = new Map<string, Promise<MachineGraph>>();
generation.subscribe(() => graphs.clear());

/** A state machine with its graph; `label` asks for that of the children of a distributed Map. */
export function machineGraph(arn: string, label?: string): Promise<MachineGraph> {
  const id = `${arn}/${label ?? ''}`;
  const known = graphs.get(id);
  if (known !== undefined) return known;
  const loading = load(arn, label);
  graphs.set(id, loading);
  loading.catch(() => {
    if (graphs.get(id) === loading) graphs.delete(id);
  });
  return loading;
}

async function load(stateMachineArn: string, label: string | undefined): Promise<MachineGraph> {
  const described = await call('states', 'DescribeStateMachine', { stateMachineArn });
  const whole = JSON.parse(described.definition ?? '{}') as Definition;
  return { described, graph: graphOf((label !== undefined && childDefinition(whole, label)) || whole) };
}
