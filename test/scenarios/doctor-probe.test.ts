import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../cli/operations/doctor/finding.ts';
import { OPERATOR } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock doctor --probe`: a clean file and EICAR go through, and nothing of them stays, whatever happens. */
let airlock: Airlock;
const run = (args: readonly string[], meanwhile?: (child: ChildProcess) => Promise<unknown>) =>
  airlockCommand(airlock.pipeline, ['doctor', '--no-drift', '--json', '--probe', ...args], OPERATOR, '', meanwhile);
async function probe(...args: string[]) {
  const { stdout, stderr, code } = await run(args);
  return { stderr, code, found: found(stdout) };
}
const found = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Finding)
    .filter(({ check }) => check === 'probe')
    .map(({ subject, level, found }) => `${subject} ${level}: ${found}`);

/** Every version and delete marker. */
const keysIn = (bucket: string) => [...airlock.pipeline.s3.buckets.bucket(bucket).versions.keys()];
const quarantine = () => airlock.pipeline.stack.outputs.find(({ key }) => key === 'QuarantineBucketName')?.value ?? '';

describe('tags', () => {
  const BUCKETS = ['uploads', 'plain'];
  beforeAll(async () => {
    airlock = await Airlock.start({ airlock: { buckets: [{ name: 'uploads' }, { name: 'plain', versioned: false }] } });
  }, 60_000);
  afterAll(async () => {
    await airlock.close();
    expect(await leftovers()).toEqual([]);
  });
  afterEach(() => {
    airlock.beforeInvocation(undefined);
    airlock.beforeRequest(undefined);
    for (const bucket of BUCKETS) expect(keysIn(bucket)).toEqual([]);
  });

  it('looks at both verdicts in each bucket, and removes what it put', async () => {
    const { found, stderr, code } = await probe();
    expect(found).toEqual(
      BUCKETS.flatMap((bucket) => [
        expect.stringMatching(`^${bucket} ok: a clean file is CLEAN after \\d+\\.\\d s$`),
        expect.stringMatching(`^${bucket} ok: EICAR is INFECTED after \\d+\\.\\d s$`),
      ]),
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/uploads: puts airlock-doctor-\w+-clean\.txt and airlock-doctor-\w+-eicar\.txt, and waits/);
    expect(stderr).toContain('plain: everything that was put there is removed');
  }, 60_000);

  it('says what has no verdict in time', async () => {
    const engines = Promise.withResolvers<void>();
    airlock.beforeInvocation(({ task }) => (task === 'scan-object' ? engines.promise : undefined));
    const { found, code } = await probe('uploads', '--timeout', '1');
    engines.resolve();
    await airlock.pipeline.idle();
    expect(found).toEqual([
      expect.stringMatching(/^uploads failure: a clean file has no verdict after \d\.\d s, not CLEAN$/),
      expect.stringMatching(/^uploads failure: EICAR has no verdict after \d\.\d s, not INFECTED$/),
    ]);
    expect(code).toBe(3);
  }, 60_000);

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'removes everything after %s',
    async (signal) => {
      const engines = Promise.withResolvers<void>();
      const scanning = Promise.withResolvers<void>();
      airlock.beforeInvocation(({ task }) => {
        if (task !== 'scan-object') return;
        scanning.resolve();
        return engines.promise;
      });
      const { stderr, code } = await run([], (child) => scanning.promise.then(() => child.kill(signal)));
      engines.resolve();
      await airlock.pipeline.idle();
      expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(stderr).toContain('stops, and removes what it has put');
      expect(stderr).toContain('uploads: everything that was put there is removed');
      // The other bucket is not begun.
      expect(stderr).not.toContain('plain: puts');
    },
    60_000,
  );

  it('removes what it put before S3 refuses the second', async () => {
    airlock.beforeRequest(({ operation, key }) => {
      if (operation === 'PutObject' && key.endsWith('eicar.txt')) throw new Error('no');
    });
    const { found, code } = await probe('uploads');
    expect(found).toEqual([
      expect.stringMatching(/^uploads ok: a clean file/),
      expect.stringMatching(/^uploads warning: not checked: /),
    ]);
    expect(code).toBe(1);
  }, 60_000);
});

describe('every other way of a bucket', () => {
  const BUCKETS = ['moved', 'deleted', 'images', 'parts'];
  beforeAll(async () => {
    airlock = await Airlock.start({
      airlock: {
        dialect: 'guardduty',
        alarmEmail: 'ops@example.com',
        buckets: [
          { name: 'moved', onInfected: 'quarantine', suffixes: ['-scan.PDF'] },
          { name: 'deleted', onInfected: 'delete', prefixes: ['in*/'], suffixes: ['.png', '.zip'] },
          { name: 'images', suffixes: ['.png'] },
          { name: 'parts', reasons: ['CompleteMultipartUpload'] },
        ],
      },
    });
  }, 60_000);
  afterAll(async () => {
    await airlock.close();
    expect(await leftovers()).toEqual([]);
  });

  it('is taken: filters, actions, the dialect’s words', async () => {
    const { found, stderr, code } = await probe();
    expect(found).toEqual([
      expect.stringMatching(/^moved ok: a clean file is NO_THREATS_FOUND after/),
      expect.stringMatching(/^moved ok: EICAR is moved into quarantine after/),
      expect.stringMatching(
        /^moved ok: EICAR stays in quarantine, s3:\/\/.*\/moved\/airlock-doctor-\w+-eicar-scan\.PDF/,
      ),
      expect.stringMatching(/^deleted ok: a clean file is NO_THREATS_FOUND after/),
      expect.stringMatching(/^deleted ok: EICAR is deleted after/),
      expect.stringMatching(/^images warning: not probed: its rule lets no key through that ends in/),
      expect.stringMatching(/^parts warning: not probed: its rule lets only uploads by CompleteMultipartUpload/),
    ]);
    expect(stderr).toMatch(/deleted: puts in\*\/airlock-doctor-\w+-clean\.zip/);
    for (const bucket of BUCKETS) expect(keysIn(bucket)).toEqual([]);
    expect(keysIn(quarantine())).toHaveLength(1);
    expect(code).toBe(1);
  }, 60_000);

  it('names the address of alarmEmail until it is confirmed', async () => {
    const { stdout } = await airlockCommand(airlock.pipeline, ['doctor', 'images', '--no-drift', '--output', 'csv']);
    expect(stdout).toContain('\nsubscribers of alarms,warning,ops@example.com (email) has not confirmed');
  }, 30_000);
});
