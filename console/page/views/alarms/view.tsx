import { call, type Output } from '../../lib/call.ts';
import { duration, fullTime } from '../../lib/format.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Pill } from '../../parts/pill.tsx';
import type { View } from '../view.ts';
import { sectionOf } from './sections.ts';

export const alarmsView: View = { path: 'alarms', title: 'Alarms', component: AlarmsPage, shortcut: 'a' };

export type Alarm = NonNullable<Output<'cloudwatch', 'DescribeAlarms'>['MetricAlarms']>[number];

/** Those that have gone off first. */
export async function allAlarms(signal: AbortSignal): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call('cloudwatch', 'DescribeAlarms', { MaxRecords: 100, NextToken }, signal);
    alarms.push(...(page.MetricAlarms ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const order = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];
  const rank = ({ StateValue }: Alarm) => order.indexOf(StateValue ?? '');
  return alarms.sort((a, b) => rank(a) - rank(b) || titleOf(a).localeCompare(titleOf(b), 'en'));
}

/** The runbook's name for it. */
export const titleOf = ({ AlarmName = '' }: Alarm) => sectionOf(AlarmName) ?? AlarmName;

const isOn = ({ StateValue }: Alarm) => StateValue === 'ALARM';

function AlarmsPage() {
  const { value, fault } = usePolled('alarms', allAlarms);
  const on = value?.filter(isOn) ?? [];
  return (
    <div class="view scrolls">
      <div class="view-head">
        <h1>Alarms</h1>
      </div>
      <Fault fault={fault} />
      {value !== undefined && on.length === 0 && (
        <Empty title="No alarm has gone off">
          <p>Alarms that need metrics of AWS itself stay OK here.</p>
        </Empty>
      )}
      {on.map((alarm) => (
        <AlarmOn key={alarm.AlarmName} alarm={alarm} />
      ))}
      {value !== undefined && value.length > on.length && (
        <details class="part" open={on.length === 0}>
          <summary>{value.length - on.length} others are OK</summary>
          <table class="table" aria-label="Alarms that are OK">
            <tbody>
              {value
                .filter((alarm) => !isOn(alarm))
                .map((alarm) => (
                  <tr key={alarm.AlarmName}>
                    <th scope="row">{titleOf(alarm)}</th>
                    <td>
                      <Pill status={alarm.StateValue ?? ''} />
                    </td>
                    <td class="soft">{alarm.AlarmDescription}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </details>
      )}
    </div>
  );
}

function AlarmOn({ alarm }: { readonly alarm: Alarm }) {
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? '';
  return (
    <section class="card alarm" aria-label={titleOf(alarm)}>
      <div class="version-head">
        <Pill status={alarm.StateValue ?? ''} />
        <h2>{titleOf(alarm)}</h2>
        <span class="soft" title={fullTime(since)}>
          for {duration(Date.now() - Date.parse(since))}
        </span>
      </div>
      <p>{alarm.AlarmDescription}</p>
      <dl class="pairs">
        <dt>Reason</dt>
        <dd>{alarm.StateReason}</dd>
        <dt>What to do</dt>
        <dd>
          <code>docs/operations/alarms.md</code>, section <strong>{titleOf(alarm)}</strong>
        </dd>
        <dt>Name</dt>
        <dd>{alarm.AlarmName}</dd>
      </dl>
    </section>
  );
}
