import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { bytes, duration } from '../../lib/format.ts';
import { linkTo, type Route } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { replaceRoute } from '../../lib/use-route.ts';
import { machineTitle } from '../../model/arns.ts';
import { withoutErrors } from '../../model/definition.ts';
import { digestOf } from '../../model/digest.ts';
import { layoutOf } from '../../model/layout.ts';
import { pathOf } from '../../model/path.ts';
import { Fault } from '../../parts/fault.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Time } from '../../parts/time.tsx';
import { Events } from './events.tsx';
import { GraphView } from './graph-view.tsx';
import { type LoadedExecution, loadExecution } from './load-execution.ts';
import { ExecutionPanel, StatePanel } from './panels.tsx';

const TABS = [
  { name: 'graph', title: 'Graph' },
  { name: 'events', title: 'Events' },
] as const;

/** One execution: its way through the states, and what each of them got and gave. */
export function ExecutionDetail({ arn, route }: { readonly arn: string; readonly route: Route }) {
  const { value, fault } = usePolled<LoadedExecution>(arn, (signal, before) => loadExecution(arn, signal, before));
  return (
    <div class="page">
      <Fault fault={fault} />
      {value === undefined ? <h1 class="soft">Execution</h1> : <Loaded execution={value} route={route} />}
    </div>
  );
}

function Loaded({ execution, route }: { readonly execution: LoadedExecution; readonly route: Route }) {
  const { arn, events, machine } = execution;
  const path = useMemo(() => pathOf(events, machine.graph), [events, machine]);
  const tab = route.query.get('tab') === 'events' ? 'events' : 'graph';
  const state = route.query.get('state');
  const visits = path.visits.filter(({ name }) => name === state);
  const visit = visits[Number(route.query.get('visit') ?? visits.length) - 1] ?? visits.at(-1);
  const node = machine.graph.nodes.find(({ name }) => name === state);
  const all = route.query.get('all') === 'yes';
  const entered = [...new Set(path.visits.map(({ name }) => name))].sort().join('\n');
  const layout = useMemo(
    () => layoutOf(all ? machine.graph : withoutErrors(machine.graph, new Set(entered.split('\n')))),
    [machine, entered, all],
  );
  const go = (query: Readonly<Record<string, string | undefined>>) =>
    replaceRoute(['executions', arn], {
      tab: tab === 'graph' ? undefined : tab,
      state,
      all: all ? 'yes' : undefined,
      ...query,
    });
  return (
    <>
      <Head execution={execution} />
      <Tabs
        label="What to show of the execution"
        tabs={TABS}
        current={tab}
        onChange={(name) => go({ tab: name === 'graph' ? undefined : name })}
      />
      {tab === 'events' ? (
        <section class="tab-panel" id="panel-events" role="tabpanel" aria-labelledby="tab-events">
          <Events events={events} start={execution.start} onState={(name) => go({ tab: undefined, state: name })} />
        </section>
      ) : (
        <section class="tab-panel side-by-side" id="panel-graph" role="tabpanel" aria-labelledby="tab-graph">
          <GraphView
            layout={layout}
            path={path}
            all={all}
            hidden={machine.graph.nodes.length - layout.nodes.filter(({ state }) => state !== undefined).length}
            onAll={(yes) => go({ all: yes ? 'yes' : undefined })}
            selected={state}
            onSelect={(name) => go({ state: name, visit: undefined })}
          />
          <div class="panel">
            {node === undefined ? (
              <ExecutionPanel execution={execution} path={path} />
            ) : (
              <StatePanel
                key={node.name}
                node={node}
                visits={visits}
                visit={visit}
                onVisit={(number) => go({ visit: String(number) })}
                onClose={() => go({ state: undefined, visit: undefined })}
              />
            )}
          </div>
        </section>
      )}
    </>
  );
}

function Head({ execution }: { readonly execution: LoadedExecution }) {
  const { name, status, start, stop, input, output, machine } = execution;
  const { title, bucket, size, verdict, finding } = useMemo(() => digestOf(input, output), [input, output]);
  return (
    <header class="detail-head">
      <p class="detail-crumbs">
        <a href={linkTo(['executions'], { machine: machine.described.name })}>
          {machineTitle(machine.described.name ?? '')}
        </a>
        <span aria-hidden="true">/</span>
        <span class="mono">{name}</span>
      </p>
      <h1>
        <Key text={title === '' ? name : title} />
        <Pill status={status} />
        {verdict !== undefined && <Pill status={verdict} />}
      </h1>
      <dl class="fact-list">
        {bucket !== undefined && <Fact name="Bucket">{bucket}</Fact>}
        {size !== undefined && <Fact name="Size">{bytes(size)}</Fact>}
        {finding !== undefined && (
          <Fact name="Finding">
            <Key text={finding} />
          </Fact>
        )}
        <Fact name="Started">
          <Time at={start} />
        </Fact>
        <Fact name="Duration">{duration((stop ?? Date.now()) - start)}</Fact>
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
