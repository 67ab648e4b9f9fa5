import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Failure } from '../../cli/operations/failures/failure.ts';
import type { RedrivenFailure } from '../../cli/operations/failures/redrive-failures.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, objectOf, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

// Each looks at three queues for a second.
jest.setTimeout(120_000);

/** `airlock failures` and `airlock redrive`: whatever failed, in one list, and from there to its verdict. */
const [LATE, UNTOLD, UNTAGGED, UNREAD] = ['late+%2B.txt', 'line\nbreak.txt', 'old/untagged.txt', 'old/unread.txt'];
let airlock: Airlock;
let refused = false;
beforeAll(async () => {
  airlock = await Airlock.start({
    onDeliver: () => {
      if (refused) throw new Error('scripted');
    },
  });
});
afterEach(() => airlock.beforeInvocation(undefined));
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const run = (args: string[], input = '', who = OPERATOR) => airlockCommand(airlock.pipeline, args, who, input);
function linesOf<Line>(stdout: string): Line[] {
  if (stdout === '') return [];
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}
const failures = async () => linesOf<Failure>((await run(['failures', '--json'])).stdout);
const status = (key: string) => airlock.pipeline.s3.buckets.get(VERSIONED, key).tags['scan-status'];

describe('what failed', () => {
  it('is nothing at first', async () => {
    expect(await run(['failures'])).toMatchObject({ stdout: '', stderr: '0 found\n', code: 0 });
    expect(await run(['redrive', '--all'])).toMatchObject({ stdout: '', code: 0 });
  });

  it('is in one list, with cause and what redrive does: dead letters, executions, objects of rescans', async () => {
    refused = true;
    const client = airlock.pipeline.client(UPLOADER);
    await client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: LATE, Body: 'late' }));
    refused = false;
    const scripted = (name: string) => Object.assign(new Error('scripted'), { name });
    airlock.beforeInvocation(({ task, payload }) => {
      const { key } = objectOf(payload) ?? {};
      if (task === 'notify' && key === UNTOLD) throw scripted('NotificationFailed');
      if (task === 'tag-object' && key === UNTAGGED) throw scripted('StorageUnavailable');
    });
    await airlock.upload(UNTOLD, 'untold');
    for (const key of [UNTAGGED, UNREAD]) await airlock.pipeline.s3.seed(VERSIONED, key, 'content');
    const rescan = ['rescan', `s3://${VERSIONED}/old/`, '--strategy', 'unscanned', '--wait', '--json'];
    expect(await run(rescan)).toMatchObject({ code: 1 });

    const { stdout, stderr, code } = await run(['failures', '--json']);
    expect({ stderr, code }).toEqual({ stderr: '4 found\n', code: 1 });
    const id = expect.stringMatching(/^[0-9a-f]{12}$/);
    const versionId = expect.any(String);
    const bucket = VERSIONED;
    expect(linesOf<Failure>(stdout)).toEqual([
      expect.objectContaining({
        ...{ id, kind: 'message', bucket, key: LATE, versionId, cause: 'SDK_CLIENT_ERROR: scripted' },
        redrive: 'scans the object, and deletes the message',
      }),
      expect.objectContaining({
        ...{ id, kind: 'execution', bucket, key: UNTOLD, versionId, redrive: 'scans the object again' },
        ...{ cause: expect.stringMatching(/^NotificationFailed: /), execution: expect.stringMatching(/^arn:/) },
      }),
      expect.objectContaining({
        ...{ kind: 'execution', bucket, key: null, redrive: 'starts the rescan again' },
        cause: expect.stringMatching(/^States.ExceedToleratedFailureThreshold: 1 of 2 objects failed/),
      }),
      expect.objectContaining({
        ...{ kind: 'object', bucket, key: UNTAGGED, versionId, cause: 'its new verdict could not be written' },
        redrive: 'scans the object as a new upload',
      }),
    ]);
    const shown = await run(['failures']);
    expect(shown.stdout).toContain('\ts3://uploads/line\\u000abreak.txt\n');
    // Looking hides no message.
    expect(shown.stderr).toBe('4 found\n');
    expect(await run(['failures', '--since', '2090-01-01'])).toMatchObject({ stdout: '', code: 0 });
    expect(await run(['failures'], '', READER)).toMatchObject({ stdout: '', code: 2 });
  });

  it('is only shown by --dry-run', async () => {
    const before = await failures();
    const dry = await run(['redrive', '--all', '--dry-run', '--json']);
    const outcomes = linesOf<RedrivenFailure>(dry.stdout).map(({ outcome }) => outcome);
    expect({ outcomes, code: dry.code }).toEqual({ outcomes: before.map(() => 'would start'), code: 0 });
  });

  it('is started again by id, by object, or from the list', async () => {
    const [message, untold] = await failures();
    const first = await run(['redrive', message?.id ?? '']);
    expect(first).toMatchObject({ code: 0, stderr: '1 found, 0 could not be started\n' });
    expect(first.stdout).toMatch(
      /^started\t[0-9a-f]{12}\tmessage\tredriven-[0-9a-f]+\ts3:\/\/uploads\/late\+%2B\.txt\n$/,
    );
    const second = await run(['redrive'], `${JSON.stringify(untold)}\n\ns3://${VERSIONED}/${UNTAGGED}\n`);
    expect(second).toMatchObject({ code: 0, stderr: '2 found, 0 could not be started\n' });
    await airlock.pipeline.idle();
    expect((await failures()).map(({ redrive }) => redrive)).toEqual(['starts the rescan again']);
    expect([LATE, UNTOLD, UNTAGGED].map(status)).toEqual(['CLEAN', 'CLEAN', 'CLEAN']);

    const again = await run(['redrive', message?.id ?? '']);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('has not failed, or was started again, or is older: see --since\n');
  });

  it('is all started again, and then there is none', async () => {
    expect(await run(['redrive', '--all'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^started\t/) });
    await airlock.pipeline.idle();
    expect(await run(['failures'])).toMatchObject({ stdout: '', code: 0 });
  });

  it('stays where nothing may be started', async () => {
    const queue = airlock.pipeline.stack
      .ofType('AWS::SQS::Queue')
      .find(({ logicalId }) => logicalId.startsWith('UndeliveredUploads'));
    airlock.pipeline.queues.byName(queue?.ref.split('/').at(-1) ?? '')?.send({ body: 'forged' });
    const [failure] = await failures();
    expect(failure).toMatchObject({ kind: 'message', redrive: expect.stringMatching(/^nothing: MalformedMessage: /) });
    const { code, stdout } = await run(['redrive', '--all', '--json']);
    expect(code).toBe(1);
    expect(linesOf<RedrivenFailure>(stdout)).toEqual([
      expect.objectContaining({ outcome: 'failed', problem: expect.stringMatching(/^MalformedMessage: /) }),
    ]);
    expect(await failures()).toHaveLength(1);
  });

  it.each([
    [['redrive', '--all', 'abc'], "'--all' cannot be used with failures"],
    [['redrive', 'abc'], '"abc" is neither an id of `airlock failures` nor s3://BUCKET/KEY'],
    [['redrive', 'upload'], 'did you mean uploads?'],
    [['failures', '--since', 'yesterday'], 'not a time like'],
  ])('is not asked for by %j', async (args, words) => {
    const { stdout, stderr, code } = await run(args);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain(words);
  });
});
