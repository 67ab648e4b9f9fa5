import { useEffect, useMemo, useRef } from 'preact/hooks';
import { announce } from '../../lib/announce.ts';
import { count, duration } from '../../lib/format.ts';
import { type Machine, machines } from '../../lib/machines.ts';
import { linkTo, type Route } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { replaceRoute } from '../../lib/use-route.ts';
import { machineTitle } from '../../model/arns.ts';
import { countRows, filterRows, type Row } from '../../model/execution-list.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Filter } from '../../parts/filter.tsx';
import { type Column, Grid } from '../../parts/grid.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Time } from '../../parts/time.tsx';
import { listOf, loadDigests, loadList } from './load-list.ts';

/** Milliseconds between two looks for rows that say nothing yet. */
const DIGEST_MILLISECONDS = 200;
/** Of the time: 10,000 rows are to be known before somebody looks for one of them. */
const DIGEST_SHARE = 0.75;

/** Fewer are read before somebody can read this. */
const MANY_UNREAD = 200;

/** Verdicts first, as they matter; then how executions end. */
const STATUSES = [
  ...['RUNNING', 'CLEAN', 'INFECTED', 'REJECTED', 'UNSCANNABLE', 'ERROR'],
  ...['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
];

/** The executions of a state machine, newest first. */
export function ExecutionsList({ route }: { readonly route: Route }) {
  const all = machines.use();
  const asked = route.query.get('machine');
  const machine = all?.find(({ name }) => name === asked) ?? first(all);
  if (all !== undefined && machine === undefined) return <Empty title="The stack has no state machine" />;
  return (
    <div class="page">
      <div class="page-head">
        <h1>Executions</h1>
        <nav class="tab-row" aria-label="State machines">
          {all?.map(({ name = '' }) => (
            <a
              key={name}
              href={linkTo(['executions'], { machine: name })}
              {...(name === machine?.name && { 'aria-current': 'true' as const })}
            >
              {machineTitle(name)}
            </a>
          ))}
        </nav>
      </div>
      {machine !== undefined && <MachineExecutions key={machine.stateMachineArn} machine={machine} route={route} />}
    </div>
  );
}

/** Uploads are what most people look for. */
const first = (all: readonly Machine[] | undefined) => all?.find(({ name }) => /upload/i.test(name ?? '')) ?? all?.[0];

function MachineExecutions({ machine, route }: { readonly machine: Machine; readonly route: Route }) {
  const arn = machine.stateMachineArn ?? '';
  const inSight = useRef<readonly string[]>([]);
  const { fault, value } = usePolled(arn, async (signal) => {
    await loadList(machine, signal);
    return listOf(arn).rows;
  });
  const digested = usePolled(
    `${arn} digests`,
    async (signal) => {
      await loadDigests(arn, inSight.current, signal);
      return listOf(arn).rows;
    },
    DIGEST_MILLISECONDS,
    DIGEST_SHARE,
  );
  const { rows } = listOf(arn);
  const status = route.query.get('status') ?? '';
  const text = route.query.get('text') ?? '';
  const shown = useMemo(() => filterRows(rows, { status, text }), [rows, status, text]);
  const counts = useMemo(() => countRows(rows), [rows]);
  const unread = useMemo(() => rows.filter(({ status, digestOf }) => status !== digestOf).length, [rows]);
  const narrow = (change: Readonly<Record<string, string>>) =>
    replaceRoute(['executions'], { machine: machine.name, status, text, ...change });
  useEffect(() => {
    if (status !== '' || text !== '') announce(`${count(shown.length)} executions`);
  }, [status, text]);

  return (
    <>
      <div class="tools">
        <Filter label="Filter by key, name or finding" value={text} onInput={(value) => narrow({ text: value })} />
        <fieldset class="chips">
          <legend class="unseen">Status</legend>
          <Chip word="All" count={rows.length} on={status === ''} onClick={() => narrow({ status: '' })} />
          {STATUSES.filter((each) => counts.has(each) || each === status).map((each) => (
            <Chip
              key={each}
              word={each}
              count={counts.get(each) ?? 0}
              on={status === each}
              onClick={() => narrow({ status: status === each ? '' : each })}
            />
          ))}
        </fieldset>
        {/* They are counted and found by status and name until then. */}
        {unread > MANY_UNREAD && <span class="soft small">reading {count(unread)} more…</span>}
      </div>
      <Fault fault={fault ?? digested.fault} />
      <Grid
        label={`Executions of ${machineTitle(machine.name ?? '')}`}
        rows={shown}
        columns={COLUMNS}
        keyOf={({ arn }) => arn}
        hrefOf={({ arn }) => linkTo(['executions', arn])}
        onVisible={(visible) => {
          inSight.current = visible.map(({ arn }) => arn);
        }}
        empty={
          value !== undefined && (
            <Empty title={rows.length === 0 ? 'Nothing has run yet' : 'Nothing matches'}>
              {rows.length === 0 ? <p>Every upload starts an execution.</p> : <p>Escape empties the filter.</p>}
            </Empty>
          )
        }
      />
    </>
  );
}

interface ChipProps {
  readonly word: string;
  readonly count: number;
  readonly on: boolean;
  readonly onClick: () => void;
}

function Chip({ word, count: number, on, onClick }: ChipProps) {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={onClick}>
      {word.replaceAll('_', ' ')} <span class="chip-count">{count(number)}</span>
    </button>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    title: 'Status',
    width: '7.75rem',
    cell: ({ status, digest }) => <Pill status={status === 'SUCCEEDED' ? (digest?.verdict ?? status) : status} />,
  },
  {
    title: 'Object',
    width: 'minmax(8rem, 3fr)',
    cell: ({ arn, name, digest }) => (
      <a href={linkTo(['executions', arn])} tabIndex={-1}>
        {digest === undefined || digest.title === '' ? <span class="soft">{name}</span> : <Key text={digest.title} />}
      </a>
    ),
  },
  {
    title: 'Finding',
    width: 'minmax(6rem, 2fr)',
    wideOnly: true,
    cell: ({ digest }) => digest?.finding !== undefined && <Key text={digest.finding} />,
  },
  {
    title: 'Bucket',
    width: 'minmax(5rem, 1fr)',
    wideOnly: true,
    cell: ({ digest }) => <span class="soft">{digest?.bucket}</span>,
  },
  { title: 'Started', width: '4.75rem', align: 'end', cell: ({ start }) => <Time at={start} /> },
  {
    title: 'Duration',
    width: '5.5rem',
    align: 'end',
    cell: ({ start, stop }) => duration((stop ?? Date.now()) - start),
  },
];
