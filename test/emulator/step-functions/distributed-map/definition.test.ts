import { expect, test } from '@jest/globals';
import { withoutDistributedMaps } from '../../../../emulator/step-functions/distributed-map/definition.ts';

const distributed = {
  Type: 'Map',
  Comment: 'why',
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
  MaxConcurrency: 3,
  ResultPath: '$.run',
  Retry: [{ ErrorEquals: ['States.ItemReaderFailed'] }],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }],
  Next: 'B',
};
const inline = { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' } }, Next: 'C' };

test('a distributed Map becomes a Task that keeps what a Task has too, and has no time limit', () => {
  const given = { StartAt: 'A', States: { A: distributed, B: inline, C: { Type: 'Succeed' } } };
  const { definition, maps } = withoutDistributedMaps(given);
  const { ItemProcessor, MaxConcurrency, ...shared } = distributed;
  const limit = expect.any(Number);
  expect(definition).toEqual({
    StartAt: 'A',
    States: {
      A: { ...shared, Type: 'Task', Resource: 'map-run', TimeoutSeconds: limit },
      B: inline,
      C: { Type: 'Succeed' },
    },
  });
  const { States } = definition as { States: { A: { TimeoutSeconds: number } } };
  // A Task without it ends after 60 s.
  expect(States.A.TimeoutSeconds).toBeGreaterThan(7 * 86_400);
  expect([...maps]).toEqual([['A', distributed]]);
});
