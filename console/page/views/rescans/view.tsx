import { useRef } from 'preact/hooks';
import { call, callEach, type Output, ServiceFault } from '../../lib/call.ts';
import { useDeployed } from '../../lib/deployed.ts';
import { count, duration } from '../../lib/format.ts';
import { inputIn, summaryIn } from '../../lib/rescans.ts';
import { linkTo, type Route } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { type Column, Grid } from '../../parts/grid.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Time } from '../../parts/time.tsx';
import type { View } from '../view.ts';
import { RescanPage } from './rescan.tsx';

/** Rescans, past and running. `#/rescans/EXECUTION` */
export const rescansView: View = { path: 'rescans', title: 'Rescans', component: Rescans, shortcut: 'r' };

type Listed = NonNullable<Output<'states', 'ListExecutions'>['executions']>[number];
type Described = Output<'states', 'DescribeExecution'>;
const MOST = 1000;
/** Always the same, so that nothing is drawn again for it. */
const NONE: readonly Listed[] = [];

function Rescans({ route }: { readonly route: Route }) {
  const { value: deployed, fault } = useDeployed();
  const [, executionArn] = route.segments;
  if (executionArn !== undefined) return <RescanPage key={executionArn} executionArn={executionArn} />;
  if (deployed === undefined) return <Fault fault={fault} />;
  return <List rescanArn={deployed.rescanArn} />;
}

function List({ rescanArn }: { readonly rescanArn: string }) {
  const listed = usePolled(`rescans ${rescanArn}`, async (signal) => {
    const asked = { stateMachineArn: rescanArn, maxResults: MOST };
    return (await call('states', 'ListExecutions', asked, signal)).executions ?? [];
  });
  const inSight = useRef<readonly Listed[]>([]);
  const details = useDescriptions(
    () => inSight.current,
    () => listed.value ?? NONE,
  );
  return (
    <div class="view">
      <div class="view-head">
        <h1>Rescans</h1>
      </div>
      <Fault fault={listed.fault} />
      <Grid
        label="Rescans, newest first"
        rows={listed.value ?? NONE}
        columns={columnsOf(details.value)}
        keyOf={({ executionArn = '' }) => executionArn}
        hrefOf={({ executionArn = '' }) => linkTo(['rescans', executionArn])}
        onVisible={(rows) => {
          inSight.current = rows;
          details.refresh();
        }}
        empty={
          listed.value !== undefined && (
            <Empty title="No rescan has run yet">
              <p>
                <a href={linkTo(['buckets'])}>Buckets</a> has a button that starts one.
              </p>
            </Empty>
          )
        }
      />
    </div>
  );
}

const columnsOf = (known: ReadonlyMap<string, Described> | undefined): readonly Column<Listed>[] => {
  const of = ({ executionArn = '' }: Listed) => known?.get(executionArn);
  const inputOf = (row: Listed) => inputIn(of(row)?.input);
  return [
    { title: 'Status', width: '7rem', cell: ({ status }) => <Pill status={status ?? ''} /> },
    {
      title: 'Where',
      width: 'minmax(0, 2fr)',
      cell: (row) => (
        <>
          {inputOf(row).bucket}/<Key text={inputOf(row).prefix} />
        </>
      ),
    },
    { title: 'Strategy', width: '6rem', wideOnly: true, cell: (row) => inputOf(row).strategy },
    {
      title: 'Scanned',
      width: '9rem',
      align: 'end',
      cell: (row) => {
        const summary = summaryIn(of(row)?.output);
        return summary && `${count(summary.scanned)} of ${count(summary.listed)}`;
      },
    },
    { title: 'Started', width: '5rem', wideOnly: true, cell: ({ startDate }) => startDate && <Time at={startDate} /> },
    {
      title: 'Took',
      width: '6rem',
      align: 'end',
      wideOnly: true,
      cell: ({ startDate, stopDate }) =>
        startDate && stopDate && duration(Date.parse(stopDate) - Date.parse(startDate)),
    },
  ];
};

/** Input and output of the rows in sight; of those that have ended once, and kept while they are listed. */
function useDescriptions(inSight: () => readonly Listed[], listed: () => readonly Listed[]) {
  return usePolled<ReadonlyMap<string, Described>>('descriptions of rescans', async (signal, previous = new Map()) => {
    const wanted = inSight().filter(({ executionArn = '', status }) => previous.get(executionArn)?.status !== status);
    if (wanted.length === 0) return previous;
    const inputs = wanted.map(({ executionArn }) => ({ executionArn }));
    const found = await callEach('states', 'DescribeExecution', inputs, signal);
    const fresh = found.flatMap((one) => (one instanceof ServiceFault ? [] : [[one.executionArn ?? '', one] as const]));
    const kept = new Set(listed().map(({ executionArn }) => executionArn));
    return new Map([...[...previous].filter(([arn]) => kept.has(arn)), ...fresh]);
  });
}
