import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

/** Faults that once passed every test. `npm run test:mutation -- --planted` plants each again. */
interface Planted {
  readonly what: string;
  readonly file: string;
  /** Each text must occur in the file; it is searched after the text `after`. */
  readonly changes: readonly { readonly after?: string; readonly from: string; readonly to: string }[];
}

const RESCAN = 'statemachines/rescan-bucket.asl.json';
const SCAN = 'statemachines/scan-upload.asl.json';
const EXPRESS = 'statemachines/scan-upload-express.asl.json';

const SWAPPED = [
  { after: '"Act On Verdict": {', from: '"StringEquals": "quarantine"', to: '"StringEquals": "DELETE"' },
  { after: '"Act On Verdict": {', from: '"StringEquals": "delete"', to: '"StringEquals": "quarantine"' },
  { after: '"Act On Verdict": {', from: '"StringEquals": "DELETE"', to: '"StringEquals": "delete"' },
];
const TURNED = [{ after: '"Quarantined": {', from: '"BooleanEquals": true', to: '"BooleanEquals": false' }];
const WITHOUT_OBJECT = (state: string) => [{ after: `"${state}": {`, from: '"object.$": "$.object",', to: '' }];

const limit = (file: string, state: string, from: string, to: string): Planted => ({
  what: `${state}: ${from} becomes ${to}`,
  file,
  changes: [{ after: `"${state}": {`, from, to }],
});

export const PLANTED: readonly Planted[] = [
  { what: "a rescan's quarantine and delete swapped", file: RESCAN, changes: SWAPPED },
  { what: "a rescan's Quarantined turned round", file: RESCAN, changes: TURNED },
  { what: 'a rescan quarantines without saying what', file: RESCAN, changes: WITHOUT_OBJECT('Quarantine Object') },
  { what: 'a rescan deletes without saying what', file: RESCAN, changes: WITHOUT_OBJECT('Delete Object') },
  {
    what: 'these four at once',
    file: RESCAN,
    changes: [...SWAPPED, ...TURNED, ...WITHOUT_OBJECT('Quarantine Object'), ...WITHOUT_OBJECT('Delete Object')],
  },
  {
    what: 'an object without a verdict confirms any verdict that it has no room for',
    file: 'functions/domain/rescan/strategy.ts',
    changes: [{ from: '  if (current[dialect.statusTag.key] === undefined) return false;\n', to: '' }],
  },
  {
    what: 'a finding is sent that nobody remembers',
    file: 'functions/adapters/aws/security-hub.ts',
    changes: [{ from: "    if (finding.RecordState === 'ACTIVE') await open.add(id);\n", to: '' }],
  },
  ...['customerKey', 'noKeyAccess', 'archived'].map((finding) => ({
    what: `a rescan takes ${finding} for a verdict on the content`,
    file: 'functions/domain/findings.ts',
    changes: [{ after: 'OUT_OF_REACH', from: `FINDINGS.${finding},`, to: '' }],
  })),
  ...[
    // In the list of both spellings, the one without the leading slash and the one with it.
    ['bucketName}/*`,', 'bucketName}*`,'],
    ['bucketName}/*`]', 'bucketName}*`]'],
  ].map(([from = '', to = '']) => ({
    what: `a bucket whose name begins alike is a source of copies: ${to}`,
    file: 'functions/domain/gate/bucket-policy.ts',
    changes: [{ from, to }],
  })),
  {
    what: 'roles that tag may read before CLEAN',
    file: 'functions/domain/gate/bucket-policy.ts',
    changes: [{ from: '...except(readerRoleArns),', to: '...except([...readerRoleArns, ...taggerRoleArns]),' }],
  },
  ...[SCAN, EXPRESS, RESCAN].flatMap((file) => [
    ...['Tag Object', 'Delete Object', 'Notify', 'Find Current Object'].map((state) =>
      limit(file, state, '"TimeoutSeconds": 120', '"TimeoutSeconds": 1'),
    ),
    limit(file, 'Quarantine Object', '"TimeoutSeconds": 300', '"TimeoutSeconds": 30'),
    ...['Tag Object', 'Quarantine Object', 'Notify'].flatMap((state) => [
      limit(file, state, '"MaxAttempts": 6', '"MaxAttempts": 0'),
      limit(file, state, '"IntervalSeconds": 2', '"IntervalSeconds": 200'),
    ]),
    limit(file, 'Delete Object', '"StorageUnavailable",', ''),
    limit(file, 'Quarantine Object', '"Next": "Notify Of Failed Action"', '"Next": "Notify"'),
  ]),
  limit(SCAN, 'Scan Object', 'ScanObjectQueueUrl', 'ScanLargeObjectQueueUrl'),
  limit(SCAN, 'Scan Large Object', 'ScanLargeObjectQueueUrl', 'ScanObjectQueueUrl'),
  ...['Scan Object', 'Scan Large Object'].flatMap((state) => [
    limit(SCAN, state, '"taskToken.$": "$$.Task.Token", ', ''),
    limit(SCAN, state, '["ObjectGone"]', '["ObjectGone", "ScanAbandoned"]'),
    limit(SCAN, state, '"SQS.SdkClientException"', '"SQS.SdkClientException", "States.Timeout"'),
    limit(SCAN, state, '"TimeoutSecondsPath": "$.policy.maxWaitSeconds"', '"TimeoutSeconds": 900'),
  ]),
  limit(SCAN, 'Scan Needed', '"NumericGreaterThan": 33554432', '"NumericLessThan": 33554432'),
  limit(SCAN, 'Set Wait', '"Result": 345600', '"Result": 3456'),
  ...['Check File Type', 'Scan Object'].flatMap((state) => [
    limit(EXPRESS, state, '"Next": "Start Overflow"', '"Next": "Object Gone"'),
    limit(EXPRESS, state, '["Lambda.CodeArtifact', '["Lambda.TooManyRequestsException", "Lambda.CodeArtifact'),
  ]),
  limit(
    EXPRESS,
    'Start Overflow',
    ', { "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Give Up" }],',
    '],',
  ),
  limit(EXPRESS, 'Start Overflow', '"Next": "Give Up"', '"Next": "Overflowed"'),
  limit(SCAN, 'Key Not Sendable', '"UNSCANNABLE"', '"CLEAN"'),
  {
    what: 'whoever IAM lets reads the tokens of waiting scans',
    file: 'infra/constructs/scan-queues.ts',
    changes: [{ from: ', readerRoleArns: [worker.role.roleArn]', to: '' }],
  },
  {
    what: 'a queue may use as many engines as there are',
    file: 'infra/constructs/scan-queue.ts',
    changes: [{ from: ', ...(engines !== null && { maxConcurrency: engines })', to: '' }],
  },
  {
    what: 'what overflows has no engines of its own',
    file: 'infra/constructs/airlock-parts.ts',
    changes: [{ from: 'scanObject: ScanWaitingObject ?? ScanObject', to: 'scanObject: ScanObject' }],
  },
  {
    what: 'what kills its workers is handed out all day, however many engines there are',
    file: 'infra/constructs/scan-queue.ts',
    changes: [{ from: 'engines === null ? Math.ceil(MAX_REFUSED_SECONDS / visibilitySeconds) : 0', to: '48' }],
  },
  {
    what: 'a scan is handed out again while it is scanned',
    file: 'infra/constructs/scan-queue.ts',
    changes: [{ from: 'const VISIBILITY_TIMES = 6;', to: 'const VISIBILITY_TIMES = 1;' }],
  },
  limit(RESCAN, 'Scan Batch', '"MaxAttempts": 6', '"MaxAttempts": 0'),
  limit(RESCAN, 'Scan Batch', '"MaxAttempts": 4', '"MaxAttempts": 0'),
  limit(RESCAN, 'Scan Batch', '"TimeoutSeconds": 900', '"TimeoutSeconds": 90'),
  limit(RESCAN, 'Tag Object', '"ObjectReplaced"', '"ObjectGone"'),
  limit(RESCAN, 'Tag Object', '"Next": "Object Gone"', '"Next": "Object Replaced"'),
  {
    what: 'objects of batches that never began count as not due',
    file: 'functions/domain/rescan/totals.ts',
    changes: [
      { from: 'NOT_SELECTED.has(reason) ? 0 : objects', to: 'NOT_SELECTED.has(reason) ? 0 : Math.min(objects, 1)' },
    ],
  },
  {
    what: 'no page begins with iframe',
    file: 'functions/domain/file-type/text/active-content.ts',
    changes: [{ from: 'script|iframe|title', to: 'script|title' }],
  },
  {
    what: 'what the allowlist refuses is scanned all the same',
    file: 'functions/domain/scan-content.ts',
    changes: [{ from: 'if (checked.finding !== null) return', to: "if (checked.finding === '') return" }],
  },
  ...['infected', 'changed'].map((field) => ({
    what: `the total of ${field} is not added up`,
    file: 'functions/domain/rescan/totals.ts',
    changes: [{ from: `${field}: a.${field} + b.${field},`, to: `${field}: a.${field},` }],
  })),
  {
    what: 'what was overwritten stays counted as infected',
    file: 'functions/domain/rescan/totals.ts',
    changes: [{ from: 'infected: totals.infected - Number(infected),', to: '' }],
  },
  {
    what: 'what could not be tagged stays counted as changed',
    file: 'functions/domain/rescan/totals.ts',
    changes: [{ from: 'changed: totals.changed - 1', to: 'changed: totals.changed' }],
  },
  {
    what: 'a connection to clamd stays open',
    file: 'functions/adapters/clamav/clamd-connection.ts',
    changes: [{ from: '      this.#socket?.destroy();\n', to: '' }],
  },
  {
    what: 'a session with clamd stays open',
    file: 'functions/adapters/clamav/clamd-session.ts',
    changes: [{ from: '      if (this.#awaited === 0) this.#socket.destroy();\n', to: '' }],
  },
  {
    what: 'the answer of a session is taken for another file',
    file: 'functions/adapters/clamav/clamd-session.ts',
    changes: [{ from: 'this.#asked.get(Number(number))', to: 'this.#asked.values().next().value' }],
  },
  {
    what: 'a download fails while parts of it are still written',
    file: 'functions/adapters/aws/object-download.ts',
    changes: [{ from: '.finally(() => Promise.allSettled(workers))', to: '' }],
  },
  {
    what: 'a download goes on after one of its parts failed',
    file: 'functions/adapters/aws/object-download.ts',
    changes: [{ from: '        failed = true;\n', to: '' }],
  },
  {
    what: 'a kept bucket loses its policy',
    file: 'infra/constructs/buckets/private-bucket.ts',
    changes: [{ from: '    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);\n', to: '' }],
  },
  {
    what: 'a kept quarantine loses its key',
    file: 'infra/constructs/buckets/quarantine-bucket.ts',
    changes: [{ from: 'RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE', to: 'RemovalPolicy.DESTROY' }],
  },
  {
    what: 'schedules run before a first deployment is complete',
    file: 'infra/constructs/state-machines/schedules-last.ts',
    changes: [{ from: 'dependOn(nested, others);', to: 'dependOn(nested, others.slice(0, 1));' }],
  },
  {
    what: 'an input template puts the key inside quotes',
    file: 'infra/constructs/state-machines/upload-rule.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    changes: [{ from: ' policy }),', to: " policy, name: `of ${EventField.fromPath('$.detail.object.key')}` })," }],
  },
  {
    what: 'a deadline counts the time in which the sandbox was frozen',
    file: 'functions/adapters/process/deadline.ts',
    changes: [
      {
        from: 'Math.min(elapsed, Math.max(tick, millisecondsSince(used)))',
        to: 'Math.max(elapsed, tick, millisecondsSince(used))',
      },
    ],
  },
  {
    what: 'the same bytes as another type get the CLEAN of the old one',
    file: 'functions/domain/tag-content.ts',
    changes: [
      {
        from: 'if (judgedWith(verdict, current.headers, ports.digest))',
        to: 'if (judgedWith(verdict, current.headers, ports.digest) || verdict.status)',
      },
    ],
  },
  {
    what: 'CLEAN of an empty object stays on one with a redirect',
    file: 'functions/domain/tag-content.ts',
    changes: [{ from: 'if (confirmed === verdict) return;', to: 'if (confirmed.type === verdict.type) return;' }],
  },
  {
    what: 'a rescan under rules of its own moves the window',
    file: 'functions/domain/rescan/request.ts',
    changes: [{ from: 'wanted.policy, wanted.filters, wanted.ages', to: '' }],
  },
];

/** @throws Error when a text no longer occurs in its file: the fault must be adapted */
export function plantedMutants(root: string): Mutant[] {
  return PLANTED.map(({ what, file, changes }) => {
    const original = readFileSync(join(root, file), 'utf8');
    const text = changes.reduce((current, { after = '', from, to }) => {
      const start = current.indexOf(after);
      const at = current.indexOf(from, start);
      if (start === -1 || at === -1) throw new Error(`${file} no longer holds ${JSON.stringify(from)}: ${what}`);
      return current.slice(0, at) + to + current.slice(at + from.length);
    }, original);
    return { file, line: 1, mutator: 'Planted', original: what, replacement: 'planted', text };
  });
}
