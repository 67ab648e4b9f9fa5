import { useMemo, useState } from 'preact/hooks';
import type { Notice } from '../../../server/operations/table.ts';
import { type About, aboutOf } from '../../lib/about-notice.ts';
import { fullTime } from '../../lib/format.ts';
import { newNotices } from '../../lib/notices.ts';
import { linkTo, type Route } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Filter } from '../../parts/filter.tsx';
import { type Column, Grid } from '../../parts/grid.tsx';
import { Json } from '../../parts/json.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Time } from '../../parts/time.tsx';
import type { View } from '../view.ts';

/** What was sent to the topics and to the event bus, as an application gets it. `#/notifications/NUMBER` */
export const notificationsView: View = {
  path: 'notifications',
  title: 'Notifications',
  component: NotificationsPage,
  shortcut: 'n',
};

interface Row extends About {
  readonly notice: Notice;
  readonly text: string;
}

const CHANNELS = { sns: 'SNS', events: 'EventBridge', queue: 'SQS' } as const;

function NotificationsPage({ route }: { readonly route: Route }) {
  const { value, fault } = usePolled('notifications', newNotices);
  const [wanted, setWanted] = useState('');
  const rows = useMemo(() => (value?.all ?? []).map(rowOf), [value?.all]);
  const shown = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    return text === '' ? rows : rows.filter((row) => row.text.includes(text));
  }, [rows, wanted]);
  const open = rows.find(({ notice }) => String(notice.number) === route.segments[1]);
  return (
    <div class="view">
      <div class="view-head">
        <h1>Notifications</h1>
      </div>
      <Fault fault={fault} />
      {value?.fault !== undefined && <Fault fault={new Error(value.fault)} />}
      <div class="toolbar">
        <Filter label="Status, key, text" value={wanted} onInput={setWanted} />
      </div>
      <div class={open === undefined ? 'split' : 'split open'}>
        <Grid
          label="Notifications, newest first"
          rows={shown}
          columns={COLUMNS}
          keyOf={({ notice }) => String(notice.number)}
          hrefOf={({ notice }) => linkTo(['notifications', String(notice.number)])}
          empty={
            value !== undefined && (
              <Empty title={rows.length === 0 ? 'Nothing has been sent yet' : 'Nothing that was sent has that in it'} />
            )
          }
        />
        {open !== undefined && <NoticeDetails row={open} />}
      </div>
    </div>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Sent', width: '5rem', cell: ({ notice }) => <Time at={notice.time} /> },
  { title: 'By', width: '6rem', wideOnly: true, cell: ({ notice }) => CHANNELS[notice.channel] },
  { title: 'Status', width: '7.5rem', cell: ({ status }) => status !== '' && <Pill status={status} /> },
  { title: 'About', width: 'minmax(0, 2fr)', cell: ({ key, bucket }) => <Key text={key || bucket} /> },
  {
    title: 'Subject',
    width: 'minmax(0, 1.5fr)',
    wideOnly: true,
    cell: ({ notice }) => <Key text={notice.subject ?? notice.from} />,
  },
];

function NoticeDetails({ row: { notice, bucket, key } }: { readonly row: Row }) {
  const { attributes, channel, from, subject, time, body } = notice;
  return (
    <section class="details" aria-label="The notification">
      <div class="version-head">
        <h2>{subject === undefined ? from : <Key text={subject} />}</h2>
        <a class="quiet-button" href={linkTo(['notifications'])} aria-label="Close the notification">
          Close
        </a>
      </div>
      <dl class="pairs">
        <dt>{CHANNELS[channel]}</dt>
        <dd>{from}</dd>
        <dt>Sent</dt>
        <dd>{fullTime(time)}</dd>
        {bucket !== '' && key !== '' && (
          <>
            <dt>Object</dt>
            <dd>
              <a href={linkTo(['buckets', bucket, key])}>
                <Key text={key} />
              </a>
            </dd>
          </>
        )}
      </dl>
      {Object.keys(attributes).length > 0 && (
        <>
          <h3>Message attributes</h3>
          <dl class="pairs">
            {Object.entries(attributes).map(([name, value]) => (
              <FragmentOf key={name} name={name} value={value} />
            ))}
          </dl>
        </>
      )}
      <Json label="Body" text={body} />
    </section>
  );
}

function FragmentOf({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>
        <Key text={name} />
      </dt>
      <dd>
        <Key text={value} />
      </dd>
    </>
  );
}

const known = new WeakMap<Notice, Row>();

function rowOf(notice: Notice): Row {
  const before = known.get(notice);
  if (before !== undefined) return before;
  const about = aboutOf(notice);
  const text = [notice.subject, notice.from, notice.body, about.status, about.key].join('\n').toLowerCase();
  const row = { ...about, notice, text };
  known.set(notice, row);
  return row;
}
