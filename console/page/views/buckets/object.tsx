import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { WatchedBucket } from '../../../server/operations/table.ts';
import { announce } from '../../lib/announce.ts';
import { ask, call, callEach, ServiceFault } from '../../lib/call.ts';
import { bytes, fullTime } from '../../lib/format.ts';
import { type Version, versionsIn } from '../../lib/listing.ts';
import { type Facts, factsKey, readFacts } from '../../lib/object-facts.ts';
import { linkTo } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Key } from '../../parts/key.tsx';
import { Verdict } from './objects.tsx';
import { Reader } from './reader.tsx';

/** Versions that are shown, the newest. */
const SHOWN = 100;

interface ObjectPageProps {
  readonly bucket: WatchedBucket;
  readonly objectKey: string;
}

/** One object: each version with its verdict, and what a reader gets of it. */
export function ObjectPage({ bucket, objectKey }: ObjectPageProps) {
  const { value, fault, refresh } = usePolled(`object ${bucket.name} ${objectKey}`, (signal) =>
    readObject(bucket, objectKey, signal),
  );
  const [deleting, setDeleting] = useState<Version | 'object'>();
  const [failed, setFailed] = useState<Error>();
  const [started, setStarted] = useState<string>();

  async function scan({ versionId }: Version) {
    try {
      setFailed(undefined);
      const { executionArn } = await ask('ScanObject', { bucket: bucket.name, key: objectKey, versionId });
      setStarted(executionArn);
      announce('Scan started');
    } catch (thrown) {
      setFailed(thrown as Error);
    }
  }
  async function remove(what: Version | 'object') {
    try {
      setFailed(undefined);
      const version = what === 'object' ? {} : { VersionId: what.versionId };
      await call('s3', 'DeleteObject', { Bucket: bucket.name, Key: objectKey, ...version });
      announce('Deleted');
    } catch (thrown) {
      setFailed(thrown as Error);
    }
    setDeleting(undefined);
    refresh();
  }

  const current = value?.versions.find(({ isLatest }) => isLatest);
  return (
    <div class="view scrolls">
      <p class="crumbs">
        <a href={linkTo(['buckets', bucket.name])}>{bucket.name}</a> /
      </p>
      <div class="view-head">
        <h1 class="object-key">
          <Key text={objectKey} />
        </h1>
        <button
          type="button"
          class="button"
          disabled={current?.size === undefined}
          onClick={() => setDeleting('object')}
        >
          Delete…
        </button>
      </div>
      <Fault fault={fault ?? failed} />
      {started !== undefined && (
        <p class="note" role="status">
          Scanning: <a href={linkTo(['executions', started])}>its execution</a>
        </p>
      )}
      {value !== undefined && (
        <dl class="pairs">
          <dt>A reader who names no version gets</dt>
          <dd>
            <Reader status={value.reader} />
          </dd>
        </dl>
      )}
      {value?.versions.length === 0 && <Empty title="There is no such object" />}
      {value !== undefined && value.versions.length > 0 && (
        <Versions
          versions={value.versions}
          facts={value.facts}
          onScan={scan}
          onDelete={bucket.versioned === false ? undefined : setDeleting}
        />
      )}
      {deleting !== undefined && (
        <DeleteDialog
          what={deleting}
          objectKey={objectKey}
          isFinal={deleting !== 'object' || bucket.versioned === false || current?.versionId === 'null'}
          onConfirm={() => remove(deleting)}
          onCancel={() => setDeleting(undefined)}
        />
      )}
    </div>
  );
}

interface VersionsProps {
  readonly versions: readonly Version[];
  readonly facts: ReadonlyMap<string, Facts>;
  readonly onScan: (version: Version) => void;
  readonly onDelete: ((version: Version) => void) | undefined;
}

function Versions({ versions, facts, onScan, onDelete }: VersionsProps) {
  return (
    <ol class="versions" aria-label="Versions, newest first">
      {versions.map((version) => {
        const known = facts.get(factsKey(version));
        const isMarker = version.size === undefined;
        return (
          <li key={factsKey(version)} class="card">
            <div class="version-head">
              <Verdict isMarker={isMarker} facts={known} />
              <span class="version-id">{version.versionId === 'null' ? 'no version ID' : version.versionId}</span>
              {version.isLatest && <span class="pill quiet">current</span>}
              <span class="actions">
                {!isMarker && (
                  <button type="button" class="button" onClick={() => onScan(version)}>
                    Scan again
                  </button>
                )}
                {onDelete !== undefined && (
                  <button type="button" class="button" onClick={() => onDelete(version)}>
                    {isMarker ? 'Delete this marker…' : 'Delete this version…'}
                  </button>
                )}
              </span>
            </div>
            <dl class="pairs">
              <Fact name="Stored">{fullTime(version.modified)}</Fact>
              {!isMarker && <Fact name="Size">{bytes(version.size ?? 0)}</Fact>}
              {!isMarker && (
                <Fact name="A reader gets">
                  <Reader status={known?.reader} />
                </Fact>
              )}
              {[...(known?.tags ?? [])].map(([name, value]) => (
                <Fact key={name} name={name}>
                  <Key text={value} />
                </Fact>
              ))}
            </dl>
          </li>
        );
      })}
    </ol>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>
        <Key text={name} />
      </dt>
      <dd>{children}</dd>
    </>
  );
}

interface DeleteDialogProps {
  readonly what: Version | 'object';
  readonly objectKey: string;
  readonly isFinal: boolean;
  readonly onConfirm: () => Promise<void>;
  readonly onCancel: () => void;
}

function DeleteDialog({ what, objectKey, isFinal, ...rest }: DeleteDialogProps) {
  const title = what === 'object' ? 'Delete this object?' : 'Delete this version?';
  return (
    <Confirm title={title} action="Delete" final={isFinal} {...rest}>
      <p>
        <Key text={objectKey} />
      </p>
      {what !== 'object' && <p class="version-id">{what.versionId}</p>}
      <p class="soft">
        {isFinal ? 'It is gone for good.' : 'The bucket keeps its versions: a delete marker becomes the current one.'}
      </p>
    </Confirm>
  );
}

async function readObject(bucket: WatchedBucket, Key: string, signal: AbortSignal) {
  const page = await call(
    's3',
    'ListObjectVersions',
    // Encoded, because XML cannot hold every key.
    { Bucket: bucket.name, Prefix: Key, EncodingType: 'url' },
    signal,
  );
  // Keys are sorted: its own versions come first.
  const versions = versionsIn(page)
    .filter((version) => version.key === Key)
    .slice(0, SHOWN);
  const withContent = versions.filter(({ size }) => size !== undefined);
  const [facts, [head]] = await Promise.all([
    readFacts(bucket.name, withContent, bucket, signal),
    callEach('s3', 'HeadObject', [{ Bucket: bucket.name, Key }], signal),
  ]);
  return { versions, facts, reader: head instanceof ServiceFault ? head.status : 200 };
}
