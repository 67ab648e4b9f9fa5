import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Airlock, leftovers, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/* EventBridge delivers an event at least once: each delivery is an execution of its own. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

it.each([VERSIONED, UNVERSIONED])(
  'two deliveries of one event from %s are told apart from two uploads',
  async (bucket) => {
    const machine = airlock.pipeline.stack
      .ofType('AWS::StepFunctions::StateMachine')
      .find(({ logicalId }) => logicalId.startsWith('ScanUpload'));
    const first = await airlock.upload('twice.txt', 'the same', { bucket });
    const again = airlock.pipeline.start(machine?.arn ?? '', first.upload.execution.input);
    expect(await again.result).toMatchObject({ status: 'SUCCEEDED' });
    const next = await airlock.upload('twice.txt', 'the same', { bucket });

    const idsOf = ({ messages, events }: ReturnType<Airlock['toldBy']>) => [
      ...messages.flatMap(({ body, attributes }) => [body.duplicateId, attributes.duplicateId]),
      ...events.map(({ detail }) => (detail as { duplicateId?: string }).duplicateId),
    ];
    const [id] = idsOf(first);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect([...idsOf(first), ...idsOf(airlock.toldBy(again.arn))]).toEqual(Array(6).fill(id));
    expect(idsOf(next)).toHaveLength(3);
    expect(idsOf(next)).not.toContain(id);
  },
);
