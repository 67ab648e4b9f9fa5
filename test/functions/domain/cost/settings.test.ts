import { describe, expect, it } from '@jest/globals';
import { DeployedCost, settingsOfDeployed } from '../../../../functions/domain/cost/deployed-cost.ts';
import { DEFAULT_IDLE_STACKS, DEFAULT_SETTINGS } from '../../../../functions/domain/cost/settings.ts';
import { idleStackOf, settingsOf } from '../../../../infra/cost/deployed.ts';
import { synthesis } from '../../../../local/stack/synthesis.ts';

/** The stack's output, without what only a caller knows. */
function outputOf({ template }: Awaited<ReturnType<typeof synthesis>>) {
  const { Value = '{}' } = template.Outputs?.Cost ?? {};
  return settingsOfDeployed(DeployedCost.parse(JSON.parse(String(Value))));
}

describe.each(['STANDARD', 'EXPRESS'] as const)('the stack of an empty configuration, %s', (workflow) => {
  it('has the default settings of the cost model', async () => {
    const { functions, ...settings } = settingsOf(await synthesis({ workflow }));
    const { functions: sizes, ...defaults } = DEFAULT_SETTINGS;
    expect(settings).toEqual({ ...defaults, workflow });
    expect(sizes).toMatchObject(functions);
    // Only EXPRESS overflows.
    expect(Object.keys(sizes).length - Object.keys(functions).length).toBe(workflow === 'EXPRESS' ? 0 : 1);
  });

  it('says so to the operator', async () => {
    expect(outputOf(await synthesis({ workflow }))).toEqual({ ...DEFAULT_SETTINGS, workflow });
  });

  it('has as much that is billed while idle', async () => {
    expect(idleStackOf(await synthesis({ workflow }))).toEqual(DEFAULT_IDLE_STACKS[workflow]);
  });
});

it('what is configured otherwise is found', async () => {
  const config = {
    engine: { memoryMb: 4096, architecture: 'arm64' },
    tags: 'status',
    tracing: true,
    logLevel: 'ALL',
    notify: { sns: ['INFECTED'] },
    definitions: { updateHours: 12 },
    buckets: [{ rescan: { schedule: null } }],
  };
  const stack = await synthesis(config);
  expect(settingsOf(stack)).toMatchObject({
    tags: 'status',
    tracing: true,
    logLevel: { STANDARD: 'ALL' },
    channels: { sns: false, events: true },
    functions: { 'scan-object': { memoryMb: 4096, architecture: 'arm64' } },
  });
  expect(outputOf(stack)).toMatchObject(settingsOf(stack));
  expect(idleStackOf(stack)).toMatchObject({ updatesADay: 2, rescansADay: 0 });
});
