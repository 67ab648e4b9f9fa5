import { spawnSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createMetrics, METRICS_CHANNEL } from '../../../../functions/adapters/aws/metrics.ts';
import { createRescanMetrics } from '../../../../functions/adapters/aws/rescan-metrics.ts';
import { createDefinitionsMetrics } from '../../../../functions/adapters/definitions/metrics.ts';

/** Runs statements that may name `metrics` in a process that believes it is on Lambda: its lines on stdout. */
function onLambda(statements: string, extra: NodeJS.ProcessEnv = {}) {
  const script = `
    import { createMetrics } from './functions/adapters/aws/metrics.ts';
    import { createRescanMetrics } from './functions/adapters/aws/rescan-metrics.ts';
    import { createDefinitionsMetrics } from './functions/adapters/definitions/metrics.ts';
    const metrics = createMetrics(process.env);
    ${statements}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, AWS_LAMBDA_FUNCTION_NAME: 'ScanObject', ...extra },
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('on Lambda', () => {
  it('prints one line for each set of dimensions, with the values of one invocation in it', () => {
    const lines = onLambda(`
      metrics.record({ ObjectsScanned: 1, ScanMilliseconds: 12 });
      metrics.record({ ObjectsScanned: 1, ScanMilliseconds: 30 });
      metrics.record({ Verdicts: 1 }, { Status: 'CLEAN' });
      metrics.flush();
      metrics.flush();`);
    expect(lines).toEqual([
      expect.objectContaining({ service: 's3-airlock', ObjectsScanned: [1, 1], ScanMilliseconds: [12, 30] }),
      expect.objectContaining({ service: 's3-airlock', Status: 'CLEAN', Verdicts: 1 }),
    ]);
    expect(lines.map(({ _aws }) => _aws.CloudWatchMetrics)).toEqual([
      [
        {
          Namespace: 'S3Airlock',
          Dimensions: [['service']],
          Metrics: [
            { Name: 'ObjectsScanned', Unit: 'Count' },
            { Name: 'ScanMilliseconds', Unit: 'Milliseconds' },
          ],
        },
      ],
      [
        {
          Namespace: 'S3Airlock',
          Dimensions: [['service', 'Status']],
          Metrics: [{ Name: 'Verdicts', Unit: 'Count' }],
        },
      ],
    ]);
  });

  it('prints nothing when nothing was measured', () => {
    expect(onLambda('metrics.flush()')).toEqual([]);
  });

  it('loses no value of a long batch', () => {
    const lines = onLambda(
      'for (let n = 1; n <= 250; n += 1) metrics.record({ BytesScanned: n, ObjectsScanned: 1 }); metrics.flush();',
    );
    expect(lines.flatMap(({ BytesScanned }) => BytesScanned ?? [])).toEqual(
      Array.from({ length: 250 }, (_, n) => n + 1),
    );
    expect(lines.flatMap(({ ObjectsScanned }) => ObjectsScanned ?? [])).toHaveLength(250);
  });

  it('prints a rescan, an update and a refused set at once, with nobody to flush them', () => {
    const lines = onLambda(`
      createRescanMetrics(process.env).record('uploads', { listed: 9, scanned: 4, failed: 1, changed: 2, infected: 3 }, true);
      createDefinitionsMetrics(process.env).updated(false, undefined, new Date(0));
      process.emitWarning = () => undefined;
      createDefinitionsMetrics(process.env).refused(new Error('malformed'));`);
    expect(lines).toMatchObject([
      { service: 's3-airlock', Bucket: 'uploads', RescanCompleted: 1, RescanListed: 9, RescanInfected: 3 },
      { service: 's3-airlock', DefinitionsUpdateFailed: 1 },
      { service: 's3-airlock', DefinitionsRefused: 1 },
    ]);
  });

  it('never throws: a number that is none is left out', () => {
    expect(onLambda('metrics.record({ BytesScanned: "many" }); metrics.flush();')).toEqual([]);
  });
});

describe('elsewhere', () => {
  const heard: unknown[] = [];
  const listen = (message: unknown) => heard.push(message);
  afterEach(() => {
    METRICS_CHANNEL.unsubscribe(listen);
    heard.length = 0;
  });

  it('tells whoever listens, and says whose it is', () => {
    METRICS_CHANNEL.subscribe(listen);
    const env = { POWERTOOLS_SERVICE_NAME: 'other' };
    createMetrics(env).record({ Verdicts: 1 }, { Status: 'CLEAN' });
    expect(heard).toEqual([
      { env, namespace: 'S3Airlock', dimensions: { service: 'other', Status: 'CLEAN' }, values: { Verdicts: 1 } },
    ]);
  });

  it('is heard by whoever knows the name of the channel', () => {
    subscribe('s3-airlock:metrics', listen);
    createMetrics({}).record({ EngineStarts: 1 });
    unsubscribe('s3-airlock:metrics', listen);
    expect(heard).toMatchObject([{ dimensions: { service: 's3-airlock' }, values: { EngineStarts: 1 } }]);
  });

  it('prints nothing', () => {
    expect(
      onLambda('metrics.record({ EngineStarts: 1 }); metrics.flush();', { AWS_LAMBDA_FUNCTION_NAME: undefined }),
    ).toEqual([]);
  });

  it('has the totals of a rescan under its bucket', () => {
    METRICS_CHANNEL.subscribe(listen);
    const totals = { listed: 9, due: 4, scanned: 4, skipped: {}, failed: 1, changed: 2, infected: 3, bytes: 10 };
    const metrics = createRescanMetrics({});
    metrics.record('uploads', totals as never, false);
    metrics.record('uploads', totals as never, true);
    const values = { RescanFailed: 1, RescanListed: 9, RescanScanned: 4, RescanChanged: 2, RescanInfected: 3 };
    const dimensions = { service: 's3-airlock', Bucket: 'uploads' };
    expect(heard).toEqual([
      expect.objectContaining({ dimensions, values }),
      expect.objectContaining({ dimensions, values: { ...values, RescanCompleted: 1 } }),
    ]);
  });

  it('has a set that was refused, which is a warning too', () => {
    METRICS_CHANNEL.subscribe(listen);
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    createDefinitionsMetrics({}).refused(new TypeError('malformed'));
    expect(heard).toMatchObject([{ values: { DefinitionsRefused: 1 } }]);
    expect(warn.mock.calls).toEqual([['TypeError: malformed', 'DefinitionsRefused']]);
    warn.mockRestore();
  });

  it('has an update, with the age of the set in force where there is one', () => {
    METRICS_CHANNEL.subscribe(listen);
    const metrics = createDefinitionsMetrics({});
    const now = new Date('2026-11-26T00:01:00Z');
    const set = { checkedAt: '2026-11-26T00:00:00Z', signaturesTime: '2026-11-25T00:01:00Z' };
    metrics.updated(true, set as never, now);
    metrics.updated(false, { ...set, checkedAt: '2026-11-27T00:00:00Z', signaturesTime: null } as never, now);
    metrics.updated(false, undefined, now);
    expect(heard.map((message) => (message as { values: object }).values)).toEqual([
      { DefinitionsUpdateFailed: 0, DefinitionsAge: 60, SignaturesAge: 86_400 },
      // A clock that went back.
      { DefinitionsUpdateFailed: 1, DefinitionsAge: 0 },
      { DefinitionsUpdateFailed: 1 },
    ]);
  });
});
