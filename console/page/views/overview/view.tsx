import type { ComponentChildren } from 'preact';
import { aboutOf } from '../../lib/about-notice.ts';
import { ask, call } from '../../lib/call.ts';
import { count, duration } from '../../lib/format.ts';
import { newNotices } from '../../lib/notices.ts';
import { linkTo } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Fault } from '../../parts/fault.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Time } from '../../parts/time.tsx';
import { allAlarms, titleOf } from '../alarms/view.tsx';
import type { View } from '../view.ts';

/** What is wrong now, and what came last. */
export const overviewView: View = { path: 'overview', title: 'Overview', component: Overview, shortcut: 'o' };

const LAST = 12;
const VERDICTS = ['CLEAN', 'INFECTED', 'UNSCANNABLE', 'REJECTED', 'ERROR'];

function Overview() {
  const now = usePolled('overview', readOverview);
  const heard = usePolled('notifications', newNotices);
  const sent = (heard.value?.all ?? []).filter(({ channel }) => channel === 'events');
  const verdicts = sent.map((notice) => ({ ...aboutOf(notice), notice })).filter(({ key }) => key !== '');
  return (
    <div class="view scrolls">
      <div class="view-head">
        <h1>Overview</h1>
      </div>
      <Fault fault={now.fault} />
      {now.value !== undefined && <State state={now.value} />}
      <section class="part" aria-label="Verdicts since the console runs">
        <h2>Verdicts since the console runs</h2>
        <dl class="tiles">
          {VERDICTS.map((status) => (
            <div key={status} class="tile">
              <dt>
                <Pill status={status} />
              </dt>
              <dd>{count(verdicts.filter((verdict) => verdict.status === status).length)}</dd>
            </div>
          ))}
        </dl>
        {verdicts.length === 0 ? (
          <p class="hint">
            None yet. <a href={linkTo(['buckets'])}>Buckets</a> takes uploads.
          </p>
        ) : (
          <ul class="latest" aria-label="The last verdicts">
            {verdicts.slice(0, LAST).map(({ notice, status, bucket, key }) => (
              <li key={notice.number}>
                <Time at={notice.time} />
                <Pill status={status} />
                <a href={linkTo(['buckets', bucket, key])}>
                  <Key text={key} />
                </a>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

interface OverviewState {
  readonly alarms: readonly string[];
  readonly waiting: number;
  readonly underWay: number;
  readonly longestSeconds: number;
  readonly deadLetters: number;
  readonly running: number;
}

function State({ state }: { readonly state: OverviewState }) {
  const { alarms, waiting, underWay, longestSeconds, deadLetters, running } = state;
  return (
    <ul class="states" aria-label="Now">
      <StateCard title="Alarms" to="alarms" bad={alarms.length > 0}>
        {alarms.length === 0 ? 'all OK' : alarms.join(', ')}
      </StateCard>
      <StateCard title="Waiting for an engine" to="waiting" bad={false}>
        {count(waiting)}
        {waiting > 0 && `, the first for ${duration(longestSeconds * 1000)}`}
        {underWay > 0 && `; ${count(underWay)} under way`}
      </StateCard>
      <StateCard title="Dead letters" to="waiting" bad={deadLetters > 0}>
        {deadLetters === 0 ? 'none' : count(deadLetters)}
      </StateCard>
      <StateCard title="Executions running" to="executions" bad={false}>
        {count(running)}
      </StateCard>
    </ul>
  );
}

interface StateCardProps {
  readonly title: string;
  readonly to: string;
  readonly bad: boolean;
  readonly children: ComponentChildren;
}

function StateCard({ title, to, bad, children }: StateCardProps) {
  return (
    <li class={`card state ${bad ? 'bad' : ''}`}>
      <a href={linkTo([to])}>{title}</a>
      <p>{children}</p>
    </li>
  );
}

async function readOverview(signal: AbortSignal): Promise<OverviewState> {
  const [alarms, queues, { stateMachines = [] }] = await Promise.all([
    allAlarms(signal),
    ask('Queues', {}, signal),
    call('states', 'ListStateMachines', {}, signal),
  ]);
  const standard = stateMachines.filter(({ type }) => type === 'STANDARD');
  const running = await Promise.all(
    standard.map(({ stateMachineArn }) =>
      call('states', 'ListExecutions', { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 }, signal),
    ),
  );
  const waiting = queues.filter(({ kind }) => kind === 'waiting');
  const dead = queues.filter(({ kind }) => kind === 'dead letters');
  return {
    alarms: alarms.filter(({ StateValue }) => StateValue === 'ALARM').map(titleOf),
    waiting: total(waiting, ({ visible }) => visible),
    underWay: total(waiting, ({ inFlight }) => inFlight),
    longestSeconds: Math.max(0, ...waiting.map(({ oldestSeconds }) => oldestSeconds ?? 0)),
    deadLetters: total(dead, ({ visible }) => visible),
    running: total(running, ({ executions = [] }) => executions.length),
  };
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
