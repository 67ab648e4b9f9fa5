import { call } from '../../lib/call.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Pill } from '../../parts/pill.tsx';
import type { View } from '../view.ts';

/** Executions as they run. */
export const executionsView: View = { path: 'executions', title: 'Executions', component: Executions, shortcut: 'e' };

function Executions() {
  const { value, fault } = usePolled('executions', async (signal) => {
    const { stateMachines = [] } = await call('states', 'ListStateMachines', {}, signal);
    const lists = await Promise.all(
      stateMachines
        .filter(({ type }) => type === 'STANDARD')
        .map(({ stateMachineArn }) => call('states', 'ListExecutions', { stateMachineArn }, signal)),
    );
    return lists.flatMap(({ executions = [] }) => executions);
  });
  return (
    <>
      <h1>Executions</h1>
      <Fault fault={fault} />
      {value?.length === 0 && (
        <Empty title="Nothing has run yet">
          <p>Every upload starts an execution.</p>
        </Empty>
      )}
      <ul>
        {value?.map(({ executionArn, name, status }) => (
          <li key={executionArn}>
            {name} <Pill status={status ?? ''} />
          </li>
        ))}
      </ul>
    </>
  );
}
