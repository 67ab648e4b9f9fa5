import {
  type ByContent,
  CONTENTS,
  type Content,
  type FunctionName,
  SIZES,
  type Size,
  type Times,
} from '../../../functions/domain/cost/measurement.ts';
import { eicar } from '../../../local/samples.ts';
import type { Airlock } from '../../support/airlock.ts';
import { contentOf, EXTENSIONS } from '../../support/cost/contents.ts';
import { BUCKETS, startCounted } from '../../support/cost/count.ts';
import { Observer } from '../../support/cost/observer.ts';
import { processorMsOf } from '../../support/processor-time.ts';
import { sumOf } from '../statistics.ts';

const REPEATS: Readonly<Record<Size, number>> = { '100 KB': 20, '1 MB': 10, '10 MB': 3 };
const ACTIONS = ['quarantine', 'delete'] as const;
const WARM_UP = 30;

/** Of this process, in which the functions run and with them the emulated S3, and of the engines. */
function processorMs(engines: readonly number[]): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + sumOf(engines.map(processorMsOf));
}

/** Milliseconds of one core of this machine, per invocation: means over uploads one after the other. */
export async function time(definitions: string, say: (text: string) => void): Promise<Times> {
  const airlock = await startCounted('STANDARD', { definitions });
  await airlock.pipeline.definitionsVersion();
  const engines = airlock.engines();
  const observer = new Observer(airlock, () => processorMs(engines));
  const sums = new Map<string, { ms: number; count: number }>();
  const add = (name: string, ms: number) => {
    const sum = sums.get(name) ?? { ms: 0, count: 0 };
    sums.set(name, { ms: sum.ms + ms, count: sum.count + 1 });
  };
  const mean = (name: string) => {
    const { ms, count } = sums.get(name) ?? { ms: 0, count: 1 };
    return Math.round((ms / count) * 10) / 10;
  };
  try {
    for (let round = 1; round <= WARM_UP; round += 1) {
      for (const content of CONTENTS) {
        const body = await contentOf(content, '100 KB', 1000 + round);
        await upload(airlock, observer, `warm.${EXTENSIONS[content]}`, body);
      }
    }
    for (const content of CONTENTS) {
      for (const size of SIZES) {
        for (let round = 1; round <= REPEATS[size]; round += 1) {
          const body = await contentOf(content, size, round);
          const observed = await upload(airlock, observer, `file.${EXTENSIONS[content]}`, body);
          add(`scan ${content} ${size}`, observed.get('scan-object') ?? 0);
          add(`check ${content} ${size}`, observed.get('check-file-type') ?? 0);
          add('tag-object', observed.get('tag-object') ?? 0);
          add('notify', observed.get('notify') ?? 0);
        }
        say(
          `${content} ${size}: scan ${mean(`scan ${content} ${size}`)} ms, type ${mean(`check ${content} ${size}`)} ms`,
        );
      }
    }
    for (let round = 0; round < WARM_UP; round += 1) {
      for (const action of ACTIONS) {
        const observed = await upload(airlock, observer, 'eicar.txt', eicar(), BUCKETS[action]);
        add(`${action}-object`, observed.get(`${action}-object`) ?? 0);
      }
    }
  } finally {
    observer.stop();
    await airlock.close();
  }
  const table = (what: string) =>
    Object.fromEntries(
      CONTENTS.map((content: Content) => [
        content,
        Object.fromEntries(SIZES.map((size) => [size, mean(`${what} ${content} ${size}`)])),
      ]),
    ) as ByContent;
  return {
    scan: table('scan'),
    check: table('check'),
    others: {
      'tag-object': mean('tag-object'),
      'quarantine-object': mean('quarantine-object'),
      'delete-object': mean('delete-object'),
      notify: mean('notify'),
    },
  };
}

async function upload(airlock: Airlock, observer: Observer, key: string, body: Buffer | string, bucket?: string) {
  observer.begin();
  const { execution } = await airlock.begin(key, body, { bucket: bucket ?? BUCKETS.tag });
  const { status, error } = await execution.result;
  if (status !== 'SUCCEEDED') throw new Error(`${key}: ${error}`);
  return new Map<FunctionName, number>([...observer.end()].map(([name, each]) => [name, each.processorMs]));
}
