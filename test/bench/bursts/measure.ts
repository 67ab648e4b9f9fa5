import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ExecutionResult } from '../../../emulator/step-functions/execution.ts';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { startPipeline, UPLOADER } from '../../../local/stack/pipeline.ts';
import type { Measured } from './compare.ts';

/** Engines of the emulated stack: as many as this machine has processors for. */
const ENGINES = 2;
const LANES = 50;

/** Uploads small texts to the emulated stack, as many at once as it takes, and measures what becomes of them. */
export async function measureBurst(uploads: number, batchSize: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-bursts-'));
  await writeEicarDefinitions(folder);
  const ended: Promise<ExecutionResult & { readonly at: number }>[] = [];
  const pipeline = await startPipeline({
    airlock: { engine: { reservedConcurrency: ENGINES } },
    definitions: folder,
    testSignatures: true,
    onExecution: ({ result }) => {
      ended.push(result.then((end) => ({ ...end, at: performance.now() })));
    },
  });
  try {
    const begun = performance.now();
    const numbers = Array.from({ length: uploads }, (_, number) => number).values();
    const lane = async () => {
      for (const number of numbers) {
        const Body = `all is well with ${number}`;
        await pipeline
          .client(UPLOADER)
          .send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: `${number}.txt`, Body }));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const sent = performance.now();
    const results = await Promise.all(ended);
    const last = Math.max(...results.map(({ at }) => at));
    const [worker] = [...pipeline.workers]
      .filter(([id]) => id.startsWith('ScanObject'))
      .map(([, { counts }]) => counts);
    const { milliseconds = 0, messages = 0, batches = 0 } = worker ?? {};
    const seconds = (last - begun) / 1000;
    return {
      uploads,
      sendingSeconds: (sent - begun) / 1000,
      engines: ENGINES,
      invocationSeconds: (milliseconds / 1000 / messages) * batchSize,
      coldStartSeconds: 0,
      lastVerdictSeconds: seconds,
      busyShare: milliseconds / 1000 / (ENGINES * seconds),
      invocations: batches,
      transitions: results.reduce((sum, { states }) => sum + states.length + 1, 0),
      errors: results.filter(({ status }) => status !== 'SUCCEEDED').length,
    };
  } finally {
    await pipeline.close();
    rmSync(folder, { recursive: true });
  }
}
