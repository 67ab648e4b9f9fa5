import { type DefinitionsDownloads, refusedDownloads } from '../../functions/domain/definitions/downloads.ts';
import { MAX_OBJECT_BYTES_CEILING } from '../../functions/domain/scan-policy.ts';
import { copyFaults, type OnCleanConfig } from './on-clean.ts';
import { lateFault, type Timing } from './schedule.ts';
import { trustedFaults } from './trusted.ts';

const MIB = 1024 ** 2;

/**
 * An EXPRESS execution ends after five minutes, even without a verdict. Two attempts of 120 s, the other steps and
 * their back-off fit; 512 MiB is downloaded and scanned within one.
 */
const EXPRESS = { maxObjectBytes: 512 * MIB, timeoutSeconds: 120 };

export const DEFAULTS_BY_WORKFLOW = {
  STANDARD: { maxObjectBytes: MAX_OBJECT_BYTES_CEILING, timeoutSeconds: 900 },
  EXPRESS,
} as const;

/** A queue's worker scans small objects several at a time; all of a batch have their time within this, seconds. */
export const SMALL_SCAN_SECONDS = 300;

/** Two sets of definitions while one replaces the other, and room for logs. */
const DEFINITIONS_MB = 1024;
/** ClamAV's MaxScanSize bounds what it writes while it unpacks: functions/adapters/clamav/clamd-configuration.ts. */
const unpackedMb = (objectMb: number) => Math.max(4000, 3 * objectMb);

interface Settings {
  readonly workflow: 'STANDARD' | 'EXPRESS';
  readonly maxObjectBytes?: number | undefined;
  readonly dialect: string;
  readonly tagKey?: string | undefined;
  readonly tags: string;
  readonly engine: {
    readonly ephemeralStorageMb: number;
    readonly timeoutSeconds?: number | undefined;
    readonly overflowConcurrency?: number | null | undefined;
    readonly rescanConcurrency: number | null;
  };
  readonly definitions: DefinitionsDownloads;
  readonly quarantine: { readonly retentionDays: number; readonly objectLockDays?: number | undefined };
  readonly buckets: readonly {
    readonly name?: string | undefined;
    readonly existing: boolean;
    readonly versioned?: boolean | undefined;
    readonly cors?: readonly unknown[] | undefined;
    readonly cloudFront?: object | undefined;
    readonly prefixes: readonly string[];
    readonly suffixes: readonly string[];
    readonly onClean?: OnCleanConfig | undefined;
    readonly trusted: readonly { readonly prefix: string; readonly writerRoleArns: string[] }[];
    readonly rescan: Timing & {
      readonly prefix: string;
      readonly strategy: string;
      readonly maxConcurrency: number;
      readonly lateAfterDays?: number | null | undefined;
    };
  }[];
}

/** The part of zod's refinement context that the rules use. */
interface Report {
  addIssue(issue: { code: 'custom'; path: PropertyKey[]; message: string; input?: unknown }): void;
}

/** Rules between keys; each fault is reported at the key that the user would change. */
export function contradictions(config: Settings, report: Report): void {
  const fault = (path: PropertyKey[], input: unknown, message: string) =>
    report.addIssue({ code: 'custom', path, message, input });
  const { workflow, engine } = config;
  const limits = DEFAULTS_BY_WORKFLOW[workflow];
  const maxObjectBytes = config.maxObjectBytes ?? limits.maxObjectBytes;
  const timeoutSeconds = engine.timeoutSeconds ?? limits.timeoutSeconds;

  if (workflow === 'EXPRESS' && maxObjectBytes > EXPRESS.maxObjectBytes) {
    fault(
      ['maxObjectBytes'],
      maxObjectBytes,
      `does not fit workflow EXPRESS, which runs five minutes: at most ${EXPRESS.maxObjectBytes}`,
    );
  }
  if (workflow === 'EXPRESS' && timeoutSeconds > EXPRESS.timeoutSeconds) {
    fault(
      ['engine', 'timeoutSeconds'],
      timeoutSeconds,
      `does not fit workflow EXPRESS, which runs five minutes: at most ${EXPRESS.timeoutSeconds}`,
    );
  }

  if (workflow === 'STANDARD' && engine.overflowConcurrency !== undefined) {
    fault(
      ['engine', 'overflowConcurrency'],
      engine.overflowConcurrency,
      'has no meaning in workflow STANDARD, where nothing overflows: engine.reservedConcurrency has all engines',
    );
  }

  const objectMb = Math.ceil(maxObjectBytes / MIB);
  const neededMb = DEFINITIONS_MB + objectMb + unpackedMb(objectMb);
  if (engine.ephemeralStorageMb < neededMb) {
    fault(
      ['engine', 'ephemeralStorageMb'],
      engine.ephemeralStorageMb,
      `cannot hold maxObjectBytes ${maxObjectBytes}, what ClamAV unpacks and the definitions: at least ${neededMb}`,
    );
  }

  if (config.tagKey !== undefined && config.dialect !== 's3-virusscan') {
    fault(['tagKey'], config.tagKey, `has no meaning in dialect ${config.dialect}, only in s3-virusscan`);
  }
  if (config.tags === 'status' && ['s3-virusscan', 'guardduty'].includes(config.dialect)) {
    fault(['tags'], config.tags, `has no meaning in dialect ${config.dialect}, which writes nothing but a status`);
  }
  const { retentionDays, objectLockDays } = config.quarantine;
  if (objectLockDays !== undefined && objectLockDays > retentionDays) {
    fault(
      ['quarantine', 'objectLockDays'],
      objectLockDays,
      `is longer than quarantine.retentionDays, ${retentionDays}: S3 could not delete what is locked`,
    );
  }
  for (const { path, value, message } of refusedDownloads(config.definitions)) {
    fault(['definitions', ...path], value, message);
  }
  bucketFaults(config, fault);
  copyFaults(config.buckets, fault);
}

function bucketFaults(config: Settings, fault: (path: PropertyKey[], input: unknown, message: string) => void): void {
  const { buckets } = config;
  for (const [index, { name, existing, versioned, cors, cloudFront, rescan }] of buckets.entries()) {
    if (rescan.strategy === 'stale' && config.dialect !== 'airlock') {
      const tagless = `needs the tag scan-definitions, which dialect ${config.dialect} does not write`;
      fault(['buckets', index, 'rescan', 'strategy'], rescan.strategy, tagless);
    }
    if (rescan.strategy === 'stale' && config.dialect === 'airlock' && config.tags === 'status') {
      const tagless = 'needs the tag scan-definitions, which tags "status" leaves out';
      fault(['buckets', index, 'rescan', 'strategy'], rescan.strategy, tagless);
    }
    const { rescanConcurrency } = config.engine;
    if (rescanConcurrency !== null && rescan.maxConcurrency > rescanConcurrency) {
      fault(
        ['buckets', index, 'rescan', 'maxConcurrency'],
        rescan.maxConcurrency,
        `is more than engine.rescanConcurrency, ${rescanConcurrency}: its batches would only wait for engines`,
      );
    }
    const late = lateFault(rescan);
    if (late !== undefined) fault(['buckets', index, 'rescan', late.key], rescan[late.key], late.message);
    const first = buckets.findIndex((other) => other.name === name);
    if (existing && name === undefined) {
      fault(['buckets', index, 'existing'], existing, 'needs the name of the bucket');
    } else if (first !== index && name === undefined) {
      fault(['buckets', index], buckets[index], `needs a name: only airlock.buckets[${first}] may have none`);
    } else if (first !== index) {
      fault(['buckets', index, 'name'], name, `is a duplicate of airlock.buckets[${first}]`);
    }
    for (const { path, value, message } of trustedFaults(buckets[index] as Settings['buckets'][number])) {
      fault(['buckets', index, ...path], value, message);
    }
    for (const [key, value] of Object.entries(existing ? { versioned, cors, cloudFront } : {})) {
      if (value === undefined) continue;
      fault(['buckets', index, key], value, 'has no meaning for an existing bucket, which keeps its own');
    }
  }
}
