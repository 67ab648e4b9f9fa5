import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { METRICS_CHANNEL, type Recorded } from '../../../functions/adapters/aws/metrics.ts';
import { createScratch } from '../../../functions/adapters/aws/object-copy.ts';
import { createScanEngine } from '../../../functions/adapters/clamav/scan-engine.ts';
import { DefinitionsUnavailable, InvalidConfiguration, InvalidInput } from '../../../functions/domain/errors.ts';
import { create, handler } from '../../../functions/handlers/scan-object.ts';
import { scanObject } from '../../../functions/handlers/scan-worker.ts';
import { onInit } from '../../../functions/handlers/scanner.ts';
import { eicar, text } from '../../../local/samples.ts';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { NOTHING_INSIDE } from '../../support/nothing-inside.ts';
import { childrenNamed, privateFolders } from '../../support/processes.ts';
import { memoryStore } from '../adapters/aws/memory-store.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const folder = mkdtempSync(join(tmpdir(), 'scan-object-'));
const env = {
  AWS_REGION: 'eu-central-1',
  DEFINITIONS_DIRECTORY: join(folder, 'definitions'),
  SCRATCH_DIRECTORY: join(folder, 'scratch'),
  MAX_OBJECT_BYTES: '1000000',
  CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
  TEST_SIGNATURES: 'allowed',
};
const context = { awsRequestId: 'r' } as Context;
const policy = { maxObjectBytes: 1_000_000, allowedTypes: ['*'], onInfected: 'tag' };
const input = (size: number) => ({
  bucket: 'b',
  object: { key: '../k', size, etag: 'e' },
  policy,
  type: 'text/plain',
});
const engine = createScanEngine(env);

beforeAll(() => writeEicarDefinitions(env.DEFINITIONS_DIRECTORY));
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
  expect(childrenNamed('clamd')).toEqual([]);
});

async function scan(content: Buffer) {
  const scratch = createScratch(memoryStore(content), { parent: env.SCRATCH_DIRECTORY });
  try {
    return await scanObject({ engine, scratch, ...NOTHING_INSIDE, clock: () => new Date(NOW) })(
      input(content.length),
      context,
    );
  } finally {
    scratch.close();
  }
}

describe('Scan Object', () => {
  it.each([
    ['CLEAN', text(), null],
    ['INFECTED', eicar(), 'Eicar-Test-Signature.UNOFFICIAL'],
  ])('is %s by its content', async (status, content, finding) => {
    expect(await scan(content)).toEqual({
      status,
      finding,
      type: 'text/plain',
      definitions: expect.stringMatching(/^test-/),
      activeContent: [],
      scanTime: NOW,
    });
  });

  it('carries along with which headers the content was allowed', async () => {
    const wired = create(env);
    expect(await wired({ ...input(0), headers: 'digest' }, context)).toMatchObject({ headers: 'digest' });
    expect(await wired({ ...input(0), headers: null }, context)).not.toHaveProperty('headers');
    await wired.close();
  });

  it('is wired from the environment and starts nothing before it is asked', async () => {
    await engine.stop();
    const wired = create(env);
    expect(childrenNamed('clamd')).toEqual([]);
    expect(await wired(input(0), context)).toMatchObject({ status: 'CLEAN', definitions: null });
    const measured: unknown[] = [];
    const listen = (message: unknown) => measured.push((message as Recorded).values);
    METRICS_CHANNEL.subscribe(listen);
    await wired.start();
    METRICS_CHANNEL.unsubscribe(listen);
    expect(childrenNamed('clamd')).toHaveLength(1);
    expect(measured).toEqual([{ EngineStarts: 1 }]);
    await wired.close();
    expect(childrenNamed('clamd')).toEqual([]);
    expect(() => create({ ...env, MAX_OBJECT_BYTES: 'many' })).toThrow(InvalidConfiguration);
  });

  it('starts no engine that was stopped', async () => {
    await engine.stop();
    await expect(scan(text())).rejects.toThrow('the engine was stopped');
    expect(childrenNamed('clamd')).toEqual([]);
  });

  it('has no verdict under definitions that find nothing but EICAR, not even on EICAR', async () => {
    const { TEST_SIGNATURES, ...strict } = env;
    const scratch = createScratch(memoryStore(eicar()), { parent: env.SCRATCH_DIRECTORY });
    const own = createScanEngine(strict);
    const scanning = scanObject({ engine: own, scratch, ...NOTHING_INSIDE, clock: () => new Date(NOW) });
    await expect(scanning(input(eicar().length), context)).rejects.toThrow(DefinitionsUnavailable);
    expect(childrenNamed('clamd')).toEqual([]);
    await own.stop();
    scratch.close();
  });

  it('leaves an engine that it shares to its owner', async () => {
    await engine.start();
    const sharing = create(env, engine);
    await sharing.close();
    expect(childrenNamed('clamd')).toHaveLength(1);
  });

  it('takes direct calls where it has no queue, and messages where it has one, never both', async () => {
    const QUEUE_ARN = 'arn:aws:sqs:eu-central-1:000000000000:Scans';
    const message = { messageId: 'm', eventSource: 'aws:sqs', eventSourceARN: QUEUE_ARN, attributes: {}, body: '{' };
    const [direct, fed] = [create(env, engine), create({ ...env, QUEUE_ARN }, engine)];
    await expect(direct({ Records: [message] }, context)).rejects.toThrow(InvalidInput);
    expect(await direct(input(0), context)).toMatchObject({ status: 'CLEAN' });
    await expect(fed(input(0), context)).rejects.toThrow(InvalidInput);
    expect(await fed({ Records: [message] }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  });

  it('is exported as a Lambda handler', () => {
    expect(handler).toBeInstanceOf(Function);
  });
});

describe('onInit', () => {
  const lambda = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' };

  it('starts the engine in the init phase on Lambda', async () => {
    await engine.stop();
    await onInit(() => create(env, engine), lambda, 9000);
    expect(childrenNamed('clamd')).toHaveLength(1);
  });

  it('leaves a start that fails to the first scan, which fails by name', async () => {
    const missing = { ...env, DEFINITIONS_DIRECTORY: join(folder, 'missing') };
    const failing = await onInit(() => create(missing), lambda, 9000);
    await expect(createScanEngine(missing).start()).rejects.toThrow(DefinitionsUnavailable);
    expect(await failing(input(0), context)).toMatchObject({ status: 'CLEAN' });
  });

  it('wires nothing at import anywhere else', async () => {
    const created: object[] = [];
    const lazy = await onInit((given) => {
      created.push(given);
      return create(env, engine);
    }, {});
    expect(created).toEqual([]);
    await lazy(input(0), context);
    await lazy(input(0), context);
    expect(created).toHaveLength(1);
    expect(privateFolders('clamd')).toHaveLength(1);
  });
});
