import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rescanMachine } from '../../../local/commands/rescan.ts';
import { eicar } from '../../../local/samples.ts';
import type { ExecutionOrigin } from '../../../local/stack/options.ts';
import { Airlock, UNVERSIONED } from '../../support/airlock.ts';

let airlock: Airlock;
const origins: ExecutionOrigin[] = [];

beforeAll(async () => {
  airlock = await Airlock.start({ onExecution: (_, origin) => origins.push(origin) });
});
afterAll(() => airlock.close());

it('says of each execution which state machine it is of, and which execution started it', async () => {
  const { pipeline } = airlock;
  const key = 'replaced.txt';
  await pipeline.s3.seed(UNVERSIONED, key, eicar());
  // Overwritten in place just before the tag is written: the rescan then starts a scan of the new content.
  airlock.meddleBefore('tag-object', key, () => pipeline.s3.seed(UNVERSIONED, key, 'all is well'));
  const rescan = pipeline.start(rescanMachine(pipeline), { bucket: UNVERSIONED, strategy: 'all' });
  expect(await rescan.result).toMatchObject({ status: 'SUCCEEDED', output: { skipped: { replaced: 1 } } });
  await pipeline.idle();
  expect(origins).toEqual([
    { stateMachine: 'rescan-bucket', startedBy: undefined },
    { stateMachine: 'scan-upload', startedBy: expect.stringMatching(/:execution:RescanBucket/) },
  ]);
});
