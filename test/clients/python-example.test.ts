import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { BUCKET, SMALL, Workbench } from './workbench.ts';

/** `examples/python-boto3` as it is, with the distribution's boto3. */
const EXAMPLE = join(import.meta.dirname, '../../examples/python-boto3');
let bench: Workbench;
let topicArn: string;

beforeAll(async () => {
  bench = await Workbench.open();
  const topics = bench.airlock.pipeline.stack.ofType('AWS::SNS::Topic');
  topicArn = topics.find(({ arn }) => arn.includes(':Notifications'))?.arn ?? '';
  writeFileSync(join(bench.folder, 'eicar.txt'), eicar());
});
afterAll(() => bench.close());

const endpoints = () => bench.airlock.pipeline.endpoints;
const example = (line: string) => `/usr/bin/python3 -B ${EXAMPLE}/${line}`;
const upload = (line: string) =>
  bench.run(
    `${example('airlock_upload.py')} --s3-endpoint ${bench.endpoint} --sqs-endpoint ${endpoints().sqs} ${line}`,
    'operator',
  );
const subscribe = (queue: string, bucket: string) =>
  bench.ok(
    `${example('subscribe.py')} --sqs-endpoint ${endpoints().sqs} --sns-endpoint ${endpoints().sns} ${queue} ${topicArn} ${bucket}`,
    'operator',
  );

describe('by the tags', () => {
  it('downloads what is CLEAN', async () => {
    const ended = await upload(`--output tags.txt small.txt ${BUCKET} python/tags.txt`);
    expect(ended).toMatchObject({ code: 0, stdout: 'CLEAN\n' });
    expect(readFileSync(join(bench.folder, 'tags.txt'), 'utf8')).toBe(SMALL);
  });

  it('says what is not CLEAN, and why', async () => {
    const ended = await upload(`--output no.txt eicar.txt ${BUCKET} python/eicar.txt`);
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringMatching(/^INFECTED Eicar/) });
    await expect(bench.ok('cat no.txt')).rejects.toThrow('No such file');
  });

  it('waits no longer than it was told to', async () => {
    await bench.beforeVerdict(async () => {
      const ended = await upload(`--timeout 0.1 small.txt ${BUCKET} python/late.txt`);
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: 'no verdict yet\n' });
    });
  });
});

describe('by a queue', () => {
  it('hears of its uploads, also after those of others', async () => {
    const url = (await subscribe('python-verdicts', BUCKET)).trim();
    expect((await subscribe('python-verdicts', BUCKET)).trim()).toBe(url);
    await bench.ok(`aws --endpoint-url ${bench.endpoint} s3 cp small.txt s3://${BUCKET}/python/other.txt`);
    await bench.scanned();
    const clean = await upload(`--queue-url ${url} --output queue.txt small.txt ${BUCKET} python/queue.txt`);
    expect(clean).toMatchObject({ code: 0, stdout: 'CLEAN\n' });
    expect(readFileSync(join(bench.folder, 'queue.txt'), 'utf8')).toBe(SMALL);
    const infected = await upload(`--queue-url ${url} eicar.txt ${BUCKET} python/eicar-queue.txt`);
    expect(infected).toMatchObject({ code: 1, stdout: expect.stringMatching(/^INFECTED Eicar/) });
  });

  it('hears nothing of other buckets', async () => {
    const url = (await subscribe('python-elsewhere', 'another-bucket')).trim();
    const ended = await upload(`--queue-url ${url} --timeout 1 small.txt ${BUCKET} python/unheard.txt`);
    expect(ended).toMatchObject({ code: 2 });
  });
});
