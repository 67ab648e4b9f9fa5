import { expect, it } from '@jest/globals';
import { scanMatches } from '../../../../cli/operations/hunt/scan-matches.ts';
import type { ScanResult, ScanTarget } from '../../../../cli/operations/scan-objects.ts';

const target = (key: string): ScanTarget => ({ bucket: 'uploads', key, versionId: `v-${key}` });
const result = ({ bucket, key, versionId }: ScanTarget, over: Partial<ScanResult>): ScanResult => ({
  ...{
    bucket,
    key,
    versionId: versionId ?? null,
    status: 'CLEAN',
    finding: null,
    type: null,
    definitions: 'new',
    scanTime: '2026-11-27T00:00:00.000Z',
  },
  ...{ seconds: 1, execution: 'arn', cause: null },
  ...over,
});

/** @param answers what each scan of a key says, in order */
async function applied(answers: Readonly<Record<string, readonly Partial<ScanResult>[]>>, rounds?: number) {
  const asked: string[][] = [];
  const decided: unknown[] = [];
  const undecided: unknown[] = [];
  const waited: number[] = [];
  await scanMatches({
    matches: Object.keys(answers).map(target),
    definitions: 'new',
    async scan(targets, onResult) {
      const keys: string[] = [];
      for await (const one of targets) {
        onResult(result(one, answers[one.key]?.[asked.length] ?? {}));
        keys.push(`${one.key}@${one.versionId}`);
      }
      asked.push(keys);
      return [];
    },
    signal: new AbortController().signal,
    onResult: ({ key, status, definitions }) => decided.push([key, status, definitions]),
    onUndecided: ({ key, status, definitions }) => undecided.push([key, status, definitions]),
    onWait: (objects) => waited.push(objects),
    waitMs: 0,
    ...(rounds !== undefined && { rounds }),
  });
  return { asked, decided, undecided, waited };
}
const EARLY = { definitions: 'old' };

it('takes the verdict of a scanner that has the rules, and asks again where it had not', async () => {
  expect(
    await applied({ a: [{ status: 'INFECTED' }], b: [EARLY, { status: 'INFECTED' }], c: [EARLY, EARLY, {}] }),
  ).toEqual({
    asked: [['a@v-a', 'b@v-b', 'c@v-c'], ['b@v-b', 'c@v-c'], ['c@v-c']],
    decided: [
      ['a', 'INFECTED', 'new'],
      ['b', 'INFECTED', 'new'],
      ['c', 'CLEAN', 'new'],
    ],
    undecided: [],
    waited: [2, 1],
  });
});

it('takes at once what the rules would not change: malware, and what no engine was asked about', async () => {
  const { asked, decided } = await applied({
    a: [{ ...EARLY, status: 'INFECTED' }],
    b: [{ status: 'REJECTED', definitions: null }],
    c: [{ status: 'NOT STARTED', definitions: null }],
  });
  expect([asked.length, decided.length]).toEqual([1, 3]);
});

it('gives up in the end, and takes what the scanners say for no verdict about the rules', async () => {
  expect(await applied({ a: [EARLY, EARLY, EARLY], b: [EARLY, { status: 'INFECTED' }] }, 2)).toMatchObject({
    decided: [['b', 'INFECTED', 'new']],
    undecided: [['a', 'CLEAN', 'old']],
    waited: [2],
  });
});
