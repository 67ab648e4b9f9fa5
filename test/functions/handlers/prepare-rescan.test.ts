import { describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { AccessDenied } from '../../../functions/domain/errors.ts';
import { DEFAULT_AGE_STEPS } from '../../../functions/domain/rescan/age-steps.ts';
import { ScanPolicy } from '../../../functions/domain/scan-policy.ts';
import { create, prepareRescan } from '../../../functions/handlers/prepare-rescan.ts';

const rules = {
  policy: ScanPolicy.parse({ maxObjectBytes: 10, allowedTypes: ['*'], onInfected: 'tag' }),
  filters: { prefixes: ['in/'], suffixes: [] },
};
const { onInfected, ...common } = rules.policy;
const startTime = '2026-11-21T03:00:10.000Z';

function prepare(
  request: object,
  {
    lastEnd,
    firstWindowDays = 1,
    ages,
    trusted,
    list = async () => true,
  }: {
    lastEnd?: string;
    firstWindowDays?: number;
    ages?: number[];
    trusted?: string[];
    list?: () => Promise<boolean>;
  } = {},
) {
  const progress = { read: async () => (lastEnd ? Date.parse(lastEnd) : undefined), advance: async () => undefined };
  const task = prepareRescan({ hasObjects: list }, progress, common, dialectNamed('airlock'));
  const watched = ['b', 'b2'].map((bucket) => ({
    bucket,
    onInfected,
    filters: { ...rules.filters, trusted },
    firstWindowDays,
    ages,
  }));
  return task({ request, startTime, watched: JSON.stringify(watched) }, {} as Context);
}

describe('Prepare Rescan', () => {
  it('fills in what the request leaves open', async () => {
    expect(await prepare({ bucket: 'b' })).toEqual({
      bucket: 'b',
      prefix: '',
      strategy: 'due',
      window: { from: '2026-11-20T03:00:10.000Z', to: startTime },
      ...rules,
      ages: DEFAULT_AGE_STEPS,
      maxConcurrency: 10,
      toleratedFailurePercentage: 5,
      advancesWindow: true,
      scheduled: false,
      scanTrusted: false,
      empty: false,
      failure: null,
    });
  });

  it('begins where the last run ended, and ends when this one was meant to start', async () => {
    const scheduledTime = '2026-11-21T03:00:00Z';
    const { window } = await prepare({ bucket: 'b', scheduledTime }, { lastEnd: '2026-11-10T03:00:00Z' });
    expect(window).toEqual({ from: '2026-11-10T03:00:00.000Z', to: '2026-11-21T03:00:00.000Z' });
  });

  it('looks as far back as its schedule pauses when there was no run before', async () => {
    const { window, ...rest } = await prepare({ bucket: 'b' }, { firstWindowDays: 7 });
    expect(window).toEqual({ from: '2026-11-14T03:00:10.000Z', to: startTime });
    expect(rest).not.toHaveProperty('firstWindowDays');
    const next = await prepare({ bucket: 'b' }, { firstWindowDays: 7, lastEnd: '2026-11-20T03:00:00Z' });
    expect(next.window).toMatchObject({ from: '2026-11-20T03:00:00.000Z' });
  });

  it('keeps a window that is given, and moves none', async () => {
    const window = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
    expect(await prepare({ bucket: 'b', window })).toMatchObject({ window, advancesWindow: false });
    expect(await prepare({ bucket: 'b', strategy: 'all' })).toMatchObject({ advancesWindow: false });
  });

  it.each([
    { filters: { prefixes: ['in/'], suffixes: ['.pdf'] } },
    { policy: { ...rules.policy, maxObjectBytes: 1 } },
    { ages: [7] },
  ])('moves no window under rules of its own: %j', async (own) => {
    const lastEnd = '2026-11-10T03:00:00.000Z';
    const window = { from: lastEnd, to: startTime };
    expect(await prepare({ bucket: 'b', ...own }, { lastEnd })).toMatchObject({
      ...own,
      window,
      advancesWindow: false,
    });
  });

  it('has the ages of the bucket, or of the request', async () => {
    expect(await prepare({ bucket: 'b' }, { ages: [2, 30] })).toMatchObject({ ages: [2, 30], advancesWindow: true });
    expect(await prepare({ bucket: 'b', ages: [7] }, { ages: [2, 30] })).toMatchObject({ ages: [7] });
    await expect(prepare({ bucket: 'b', ages: [7, 3] })).rejects.toThrow('request.ages: does not ascend');
  });

  it('says whether a schedule started it', async () => {
    expect(await prepare({ bucket: 'b', scheduledTime: '2026-11-21T03:00:00Z' })).toMatchObject({ scheduled: true });
    expect(await prepare({ bucket: 'b', strategy: 'all', prefix: 'in/' })).toMatchObject({ scheduled: false });
  });

  it('makes an empty window of a clock that went back', async () => {
    const { window } = await prepare({ bucket: 'b' }, { lastEnd: '2027-01-01T00:00:00Z' });
    expect(window).toEqual({ from: startTime, to: startTime });
  });

  it('says whether there is anything to list', async () => {
    expect(await prepare({ bucket: 'b' }, { list: async () => false })).toMatchObject({ empty: true });
  });

  it('names the bucket that is not watched, and passes on a refusal', async () => {
    await expect(prepare({ bucket: 'c' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'bucket: "c" is none of the watched buckets b, b2',
    });
    const denied = () => Promise.reject(new AccessDenied('ListBucket'));
    await expect(prepare({ bucket: 'b' }, { list: denied })).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a trusted prefix', () => {
  const trusted = ['exports/', 'reports/'];

  it('is left out, also under filters of the run’s own', async () => {
    expect((await prepare({ bucket: 'b' }, { trusted })).filters).toEqual({ ...rules.filters, trusted });
    const filters = { prefixes: ['exports/'], suffixes: [] };
    expect((await prepare({ bucket: 'b', filters }, { trusted })).filters).toEqual({ ...filters, trusted });
    const lax = { ...filters, trusted: ['in/'] };
    expect((await prepare({ bucket: 'b', filters: lax }, { trusted })).filters).toEqual({ ...filters, trusted });
  });

  it('is scanned when the run asks for it and for no other place, and moves neither window nor malware', async () => {
    const asked = await prepare({ bucket: 'b', prefix: 'exports/2026/', scanTrusted: true }, { trusted });
    expect(asked).toMatchObject({ filters: rules.filters, advancesWindow: false, scanTrusted: true });
    expect(asked.policy).toMatchObject({ onInfected: 'tag' });
    for (const prefix of ['', 'exports', 'Exports/', 'in/']) {
      const refused = prepare({ bucket: 'b', prefix, scanTrusted: true }, { trusted });
      await expect(refused).rejects.toThrow(`prefix: ${JSON.stringify(prefix)} lies in no trusted prefix of b`);
    }
    await expect(prepare({ bucket: 'b', scanTrusted: true })).rejects.toThrow('(there is none)');
  });
});

describe('its environment', () => {
  const env = {
    AWS_REGION: 'us-east-1',
    RESULTS_BUCKET: 'results',
    DIALECT: 'airlock',
    SCAN_POLICY: JSON.stringify({ maxObjectBytes: 10, allowedTypes: ['*'] }),
  };
  const run = (watched: string) => create(env)({ request: { bucket: 'two' }, startTime, watched }, {} as Context);

  it('says nothing of the watched buckets, which the definition of the state machine names', async () => {
    const watched = JSON.stringify([{ bucket: 'one', onInfected: 'tag' }]);
    await expect(run(watched)).rejects.toThrow('"two" is none of the watched buckets one');
  });

  it.each([
    ['[', 'watched: is not JSON'],
    ['[{"bucket":"two"}]', 'watched.0.onInfected'],
  ])('refuses what does not name them: %s', async (watched, message) => {
    await expect(run(watched)).rejects.toThrow(message);
  });

  it.each(['RESULTS_BUCKET', 'DIALECT', 'SCAN_POLICY'])('needs %s', (name) => {
    expect(() => create({ ...env, [name]: undefined })).toThrow(name);
  });
});
