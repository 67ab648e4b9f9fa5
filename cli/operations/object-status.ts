import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { trustedPrefixOf } from '../../functions/domain/gate/trusted.ts';
import type { ListedVersion } from '../../functions/domain/object-versions.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { historyOf } from './execution-events.ts';
import { type FoundExecution, findExecutions, logOf, scanMachines } from './execution-logs.ts';
import { type Story, storyOf } from './execution-story.ts';
import type { Window } from './executions-near.ts';
import { whyNoVerdict } from './no-verdict.ts';
import { objectVersions } from './object-versions.ts';
import { readVerdict, type TaggedVerdict } from './read-verdict.ts';
import { type ObjectAddress, shownObject } from './s3-uri.ts';
import type { ScanClients } from './scan-objects.ts';
import { type StartsOnUpload, startsOnUpload } from './starts-on-upload.ts';

export interface StatusClients extends ScanClients {
  readonly eventBridge: EventBridgeClient;
}

/** What is known about one version of an object. */
export interface VersionStatus extends ObjectAddress, TaggedVerdict {
  readonly versionId: string;
  readonly current: boolean;
  /** Readable without a verdict. */
  readonly trusted: boolean;
  readonly deleteMarker: boolean;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly size: number | null;
  /** Why there is no verdict. */
  readonly why: string | null;
  /** The last one that was found. */
  readonly execution: string | null;
  readonly startedAt: Date | undefined;
}

export interface StatusOptions {
  readonly deployed: DeployedStack;
  /** Looks for executions since then, too. */
  readonly since: Date | undefined;
}

/** An execution starts within minutes of the upload, as a rule. */
const MINUTE = 60_000;
const AFTER_UPLOAD = 15 * MINUTE;
const BEFORE_VERDICT = 60 * MINUTE;
const RECENTLY = 60 * MINUTE;
/** The log is read for so many versions, the newest. */
const EXPLAINED = 20;

/**
 * Every version of the object, newest first.
 * @throws Error when there is none, and what the SDK throws
 */
export async function* objectStatus(
  clients: StatusClients,
  object: ObjectAddress,
  { deployed, since }: StatusOptions,
): AsyncGenerator<VersionStatus> {
  const gate = deployed.gateOf(object.bucket);
  const explain = explainer(clients, object, deployed, since);
  let count = 0;
  for await (const version of objectVersions(clients.s3, object)) {
    count += 1;
    const verdict =
      version.content === undefined ? NO_TAGS : await readVerdict(clients.s3, object, version.versionId, gate);
    const { why, execution } = count > EXPLAINED ? UNEXPLAINED : await explain(version, verdict);
    yield {
      ...object,
      versionId: version.versionId,
      current: version.current,
      trusted: trustedPrefixOf(gate, object.key) !== undefined,
      deleteMarker: version.content === undefined,
      lastModified: version.lastModified.toISOString(),
      size: version.content?.size ?? null,
      ...verdict,
      why,
      execution: execution?.arn ?? null,
      startedAt: execution?.startedAt,
    };
  }
  if (count === 0) throw new Error(`there is no object ${shownObject(object)}`);
}

const NO_TAGS: TaggedVerdict = { status: null, clean: false, finding: null, scanTime: null, definitions: null };
const UNEXPLAINED = { why: null, execution: undefined };

function explainer(clients: StatusClients, object: ObjectAddress, deployed: DeployedStack, since: Date | undefined) {
  const ruleArn = deployed.starts().find(({ bucketName }) => bucketName === object.bucket)?.uploadRuleArn ?? '';
  let machines: ReturnType<typeof scanMachines> | undefined;
  let starts: Promise<StartsOnUpload> | undefined;

  return async function explain(version: ListedVersion, { status, scanTime }: TaggedVerdict) {
    if (version.content === undefined) return { why: 'a delete marker, which has no content', execution: undefined };
    machines ??= scanMachines(clients.stepFunctions, deployed);
    const windows = windowsOf(version, scanTime, since);
    const found = await findExecutions(clients, await machines, object, windows);
    const execution = found.findLast((candidate) => isAbout(candidate, version));
    if (status !== null) return { why: null, execution };
    starts ??= startsOnUpload(clients.eventBridge, ruleArn, object);
    const why = whyNoVerdict({
      version,
      key: object.key,
      stackCreated: deployed.createdAt,
      starts: await starts,
      trusted: trustedPrefixOf(deployed.gateOf(object.bucket), object.key),
      story: execution && (await storyOfExecution(clients, execution)),
      now: new Date(),
    });
    return { why, execution };
  };
}

/** The history of a STANDARD execution; EXPRESS ones have only their log. */
export async function storyOfExecution(
  { stepFunctions, logs }: Pick<StatusClients, 'stepFunctions' | 'logs'>,
  { arn, machine, startedAt }: FoundExecution,
): Promise<Story> {
  if (machine.type === 'STANDARD') {
    try {
      return await storyOf(historyOf(stepFunctions, arn));
    } catch (fault) {
      // After 90 days the log may still have it.
      if ((fault as Error).name !== 'ExecutionDoesNotExist') throw fault;
    }
  }
  return storyOf(await logOf(logs, machine, arn, new Date(startedAt.getTime() - MINUTE)));
}

export function isAbout({ versionId, etag }: FoundExecution, { versionId: listed, content }: ListedVersion): boolean {
  return versionId === listed && (listed !== 'null' || etag.replaceAll('"', '') === content?.etag);
}

/** When an execution of this version may have started. */
export function windowsOf(version: ListedVersion, scanTime: string | null, since: Date | undefined): Window[] {
  const uploaded = version.lastModified.getTime();
  const now = Date.now();
  const reached = scanTime === null ? Number.NaN : Date.parse(scanTime.replaceAll('/', '-').replace(' UTC', 'Z'));
  const times = [
    [uploaded - MINUTE, uploaded + AFTER_UPLOAD],
    ...(Number.isNaN(reached) ? [] : [[reached - BEFORE_VERDICT, reached + MINUTE]]),
    [since?.getTime() ?? now - RECENTLY, now + MINUTE],
  ] as const;
  return merged(
    times.map(([from = 0, to = 0]) => ({ from: new Date(from), to: new Date(Math.min(to, now + MINUTE)) })),
  );
}

function merged(windows: readonly Window[]): Window[] {
  const result: Window[] = [];
  for (const { from, to } of windows.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = result.at(-1);
    if (last === undefined || from > last.to) result.push({ from, to });
    else if (to > last.to) result[result.length - 1] = { from: last.from, to };
  }
  return result;
}
