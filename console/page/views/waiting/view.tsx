import type { QueueState } from '../../../server/operations/table.ts';
import { ask } from '../../lib/call.ts';
import { count, duration } from '../../lib/format.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Fault } from '../../parts/fault.tsx';
import type { View } from '../view.ts';

/** What waits for an engine: as `airlock waiting`, and the queues of what failed. */
export const waitingView: View = { path: 'waiting', title: 'Waiting', component: WaitingPage, shortcut: 'w' };

const SECTIONS: readonly { kind: QueueState['kind']; title: string; explanation: string }[] = [
  {
    kind: 'waiting',
    title: 'Scans that wait for an engine',
    explanation: 'Uploads wait here until an engine is free. Until then nobody can read them.',
  },
  {
    kind: 'dead letters',
    title: 'Dead letters',
    explanation: 'What could not be started or sent. An alarm goes off; airlock redrive starts it again.',
  },
  { kind: 'other', title: 'Other queues', explanation: 'Made by somebody else, this page too.' },
];

function WaitingPage() {
  const { value, fault } = usePolled('queues', (signal) => ask('Queues', {}, signal));
  return (
    <div class="view scrolls">
      <div class="view-head">
        <h1>Waiting</h1>
      </div>
      <Fault fault={fault} />
      {value !== undefined &&
        SECTIONS.map(({ kind, title, explanation }) => {
          const queues = value.filter((queue) => queue.kind === kind);
          if (queues.length === 0) return null;
          return (
            <section key={kind} class="part" aria-label={title}>
              <h2>{title}</h2>
              <p class="hint">{explanation}</p>
              <Queues label={title} queues={queues} />
            </section>
          );
        })}
    </div>
  );
}

function Queues({ label, queues }: { readonly label: string; readonly queues: readonly QueueState[] }) {
  return (
    <table class="table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col" class="end">
            Waiting
          </th>
          <th scope="col" class="end">
            First for
          </th>
          <th scope="col" class="end">
            Under way
          </th>
          <th scope="col" class="end">
            Delayed
          </th>
        </tr>
      </thead>
      <tbody>
        {queues.map(({ name, kind, visible, inFlight, delayed, oldestSeconds }) => (
          <tr key={name} class={kind === 'dead letters' && visible > 0 ? 'bad' : ''}>
            <th scope="row">{name}</th>
            <td class="end">{count(visible)}</td>
            <td class="end">{visible === 0 || oldestSeconds === null ? '–' : duration(oldestSeconds * 1000)}</td>
            <td class="end">{count(inFlight)}</td>
            <td class="end">{count(delayed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
