import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import { eicar } from '../samples.ts';
import type { Pipeline } from '../stack/pipeline.ts';
import { type Expectation, SAMPLES } from './samples.ts';
import { type Performance, randomText, type Stage } from './stage.ts';

export interface Act {
  readonly title: string;
  readonly play: (pipeline: Pipeline, stage: Stage) => AsyncGenerator<Performance>;
}

const CLEAN: Expectation = { status: 'CLEAN', finding: null };
const INFECTED: Expectation = { status: 'INFECTED', finding: /eicar/i };
const GONE: Expectation = { status: null, finding: null };

export const VERSIONED = 'uploads';
export const UNVERSIONED = 'uploads-unversioned';

export const ACTS: readonly Act[] = [
  {
    title: 'Uploads, one for every verdict',
    async *play(pipeline, stage) {
      for (const { key, content, status, finding } of SAMPLES) {
        const upload = await stage.upload(pipeline, VERSIONED, key, await content());
        yield stage.perform(pipeline, key, upload, { status, finding });
      }
    },
  },
  {
    title: 'An early reader: refused during the scan, allowed once the tag says CLEAN',
    async *play(pipeline, stage) {
      const hold = stage.hold('early.txt');
      const upload = await stage.upload(pipeline, VERSIONED, 'early.txt', randomText());
      await hold.reached;
      const early = await stage.read(pipeline, upload);
      hold.release();
      const performance = await stage.perform(pipeline, `early.txt (${early} while it was scanned)`, upload, CLEAN);
      yield { ...performance, asExpected: performance.asExpected && early === 403 };
    },
  },
  {
    title: 'Deleted before it is scanned',
    async *play(pipeline, stage) {
      const hold = stage.hold('deleted.txt');
      const upload = await stage.upload(pipeline, UNVERSIONED, 'deleted.txt', randomText());
      await hold.reached;
      await stage.delete(pipeline, upload);
      hold.release();
      yield stage.perform(pipeline, 'deleted.txt', upload, GONE);
    },
  },
  {
    title: 'Overwritten during the scan, with versioning: each version gets its own verdict',
    play: (pipeline, stage) => overwrite(pipeline, stage, VERSIONED),
  },
  {
    title: 'Overwritten during the scan, without versioning: the execution starts again with the new content',
    play: (pipeline, stage) => overwrite(pipeline, stage, UNVERSIONED),
  },
  {
    title:
      'A new signature arrives; the scheduled rescan finds a file that was clean a day before and changes only its verdict',
    async *play(pipeline, stage) {
      const key = 'sleeper.txt';
      const content = randomText();
      const upload = await stage.upload(pipeline, VERSIONED, key, content);
      yield stage.perform(pipeline, `${key}, uploaded`, upload, CLEAN);
      await stage.addSignature('Demo.Sleeper', content);
      const result = await stage.rescan(pipeline, VERSIONED);
      const expected = { status: 'INFECTED' as const, finding: /^Demo\.Sleeper/ };
      const { changed, scanned } = (result.output ?? {}) as Partial<RescanSummary>;
      const title = `${key}, rescanned a day later among ${scanned} objects, the only one of them to change`;
      const performance = await stage.performRescan(pipeline, upload, { result, expected: { ...expected, title } });
      yield { ...performance, asExpected: performance.asExpected && changed === 1 };
    },
  },
];

/**
 * In both directions: clean to infected and back. The first execution waits at its scan until the key holds the
 * second content.
 */
async function* overwrite(pipeline: Pipeline, stage: Stage, bucket: string): AsyncGenerator<Performance> {
  const contents = [
    { name: 'clean', content: randomText(), expected: CLEAN },
    { name: 'infected', content: eicar(), expected: INFECTED },
  ] as const;
  for (const [before, after] of [contents, contents.toReversed()] as const) {
    if (before === undefined || after === undefined) continue;
    const key = `${before.name}-then-${after.name}.txt`;
    const hold = stage.hold(key);
    const first = await stage.upload(pipeline, bucket, key, before.content);
    await hold.reached;
    const second = await stage.upload(pipeline, bucket, key, after.content);
    hold.release();
    const expectedOfFirst = first.versionId === undefined ? after.expected : before.expected;
    yield stage.perform(pipeline, `${key}, first upload (${before.name})`, first, expectedOfFirst);
    yield stage.perform(pipeline, `${key}, second upload (${after.name})`, second, after.expected);
  }
}
