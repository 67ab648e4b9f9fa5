import { useRef, useState } from 'preact/hooks';
import { listedKey } from '../../../../functions/domain/listed-key.ts';
import type { WatchedBucket } from '../../../server/operations/table.ts';
import { announce } from '../../lib/announce.ts';
import { call } from '../../lib/call.ts';
import { bytes, count } from '../../lib/format.ts';
import { type Listed, objectsIn, versionsIn } from '../../lib/listing.ts';
import { type Facts, factsKey, isStale, readFacts } from '../../lib/object-facts.ts';
import { linkTo } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { replaceRoute } from '../../lib/use-route.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Filter } from '../../parts/filter.tsx';
import { type Column, Grid } from '../../parts/grid.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Time } from '../../parts/time.tsx';
import { Reader } from './reader.tsx';
import { RescanDialog } from './rescan-dialog.tsx';
import { UploadButtons, UploadProgress, useDrop } from './uploader.tsx';

/** More are not listed at once: a prefix leads to them. */
const MOST_VERSIONS = 20_000;
const FACTS_MILLISECONDS = 500;
/** Always the same, so that nothing is drawn again for it. */
const NONE: readonly Listed[] = [];

interface ObjectsProps {
  readonly bucket: WatchedBucket;
  readonly prefix: string;
  readonly rescanArn: string;
}

/** The objects of a bucket, with the verdict of the current version. */
export function Objects({ bucket, prefix, rescanArn }: ObjectsProps) {
  const { value, fault, refresh } = usePolled(`objects ${bucket.name} ${prefix}`, (signal) =>
    listObjects(bucket.name, prefix, signal),
  );
  const inSight = useRef<readonly Listed[]>([]);
  const facts = useFacts(bucket, () => inSight.current);
  const [asking, setAsking] = useState(false);
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const drop = useDrop(bucket.name, folder);

  return (
    <section class={`bucket ${drop.over ? 'drop-over' : ''}`} aria-label={bucket.name} {...drop.handlers}>
      <div class="toolbar">
        <Filter
          label="Keys that begin with"
          value={prefix}
          onInput={(text) => replaceRoute(['buckets', bucket.name], { prefix: text })}
        />
        <UploadButtons bucket={bucket.name} prefix={folder} />
        <button type="button" class="button" onClick={() => setAsking(true)}>
          Rescan…
        </button>
      </div>
      <UploadProgress />
      <Fault fault={fault} />
      <p class="hint">
        {value === undefined
          ? 'Listing…'
          : `${count(value.objects.length)} ${value.objects.length === 1 ? 'object' : 'objects'}${value.more ? ': the first of more, give a prefix' : ''}.`}{' '}
        Drop files or folders to upload them to{' '}
        <code>
          s3://{bucket.name}/<Key text={folder} />
        </code>{' '}
        as <code>uploader</code>.
      </p>
      <Grid
        label={`Objects of ${bucket.name}`}
        rows={value?.objects ?? NONE}
        columns={columnsOf(facts.value)}
        keyOf={({ key }) => key}
        hrefOf={({ key }) => linkTo(['buckets', bucket.name, key])}
        onVisible={(rows) => {
          inSight.current = rows;
          facts.refresh();
        }}
        empty={value !== undefined && <NoObjects prefix={prefix} />}
      />
      {asking && (
        <RescanDialog
          bucket={bucket.name}
          prefix={prefix}
          rescanArn={rescanArn}
          onClose={(started) => {
            setAsking(false);
            if (started) announce('Rescan started');
            refresh();
          }}
        />
      )}
    </section>
  );
}

function NoObjects({ prefix }: { readonly prefix: string }) {
  if (prefix !== '') return <Empty title="No key begins with that" />;
  return (
    <Empty title="The bucket is empty">
      <p>Drop a file here. It is unreadable until its verdict is CLEAN.</p>
    </Empty>
  );
}

const columnsOf = (facts: ReadonlyMap<string, Facts> | undefined): readonly Column<Listed>[] => {
  const of = ({ latest }: Listed) => facts?.get(factsKey(latest));
  return [
    { title: 'Key', width: 'minmax(0, 3fr)', cell: ({ key }) => <Key text={key} /> },
    {
      title: 'Verdict',
      width: '7.5rem',
      cell: (row) => <Verdict isMarker={row.latest.size === undefined} facts={of(row)} />,
    },
    {
      title: 'Finding',
      width: 'minmax(0, 1.5fr)',
      wideOnly: true,
      cell: (row) => <Key text={of(row)?.verdict.finding ?? ''} />,
    },
    {
      title: 'Reader gets',
      width: '6rem',
      cell: (row) => <Reader status={of(row)?.reader} />,
    },
    { title: 'Size', width: '5rem', align: 'end', wideOnly: true, cell: ({ latest }) => sizeOf(latest.size) },
    { title: 'Versions', width: '4.5rem', align: 'end', wideOnly: true, cell: ({ versions }) => count(versions) },
    { title: 'Stored', width: '5rem', wideOnly: true, cell: ({ latest }) => <Time at={latest.modified} /> },
  ];
};

const sizeOf = (size: number | undefined) => (size === undefined ? '' : bytes(size));

export function Verdict({ isMarker, facts }: { readonly isMarker: boolean; readonly facts: Facts | undefined }) {
  if (isMarker) return <span class="soft">deleted</span>;
  if (facts === undefined) return <span class="soft">…</span>;
  return <Pill status={facts.verdict.status ?? 'SCANNING'} />;
}

async function listObjects(Bucket: string, Prefix: string, signal: AbortSignal) {
  const versions = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    // Encoded, because XML cannot hold every key.
    const page = await call('s3', 'ListObjectVersions', { Bucket, Prefix, EncodingType: 'url', ...from }, signal);
    for (const version of versionsIn(page)) versions.push(version);
    const more = page.IsTruncated === true;
    if (!more || versions.length >= MOST_VERSIONS) return { objects: objectsIn(versions), more };
    from = { KeyMarker: listedKey(page.NextKeyMarker), VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** The facts of the rows in sight, kept up to date. */
function useFacts(bucket: WatchedBucket, inSight: () => readonly Listed[]) {
  return usePolled<ReadonlyMap<string, Facts>>(
    `facts ${bucket.name}`,
    async (signal, previous = new Map()) => {
      const now = Date.now();
      const wanted = inSight()
        .map(({ latest }) => latest)
        .filter((version) => isStale(version, previous.get(factsKey(version)), now));
      if (wanted.length === 0) return previous;
      const found = await readFacts(bucket.name, wanted, bucket, signal);
      const kept = new Set(inSight().map(({ latest }) => factsKey(latest)));
      return new Map([...[...previous].filter(([key]) => kept.has(key)), ...found]);
    },
    FACTS_MILLISECONDS,
  );
}
