import { describe, expect, it } from '@jest/globals';
import { totalOf } from '../../../../functions/domain/cost/bill.ts';
import { CONTENTS, SIZES } from '../../../../functions/domain/cost/measurement.ts';
import {
  meanRescanGbSeconds,
  RESCAN_TRANSITIONS,
  rescanBill,
  rescanGbSeconds,
} from '../../../../functions/domain/cost/rescan.ts';
import { edgesOf, graphs, type Machine, machineIn } from '../../../support/state-machine-files.ts';

const NOTHING = { listed: 0, tagsRead: 0, scanned: 0, changed: 0, batches: 0, gbSeconds: 0 };
const machine = machineIn('rescan-bucket.asl.json');
const [, ...nested] = graphs(machine);
const graphWith = (state: string) => {
  const found = nested.find(({ States }) => States[state] !== undefined);
  if (found === undefined) throw new Error(`no graph has ${state}`);
  return found;
};

/** States from `from` to the first of these ends, without an error on the way. */
function distance(graph: Machine, from: string, ends: readonly string[]): number {
  let reached = new Set([from]);
  for (let entered = 1; entered < 20; entered += 1) {
    if (ends.some((end) => reached.has(end))) return entered;
    reached = new Set(
      [...reached].flatMap((name) =>
        edgesOf(graph.States[name] ?? { Type: 'Fail' })
          .filter(({ errors }) => errors === undefined)
          .map(({ to }) => to),
      ),
    );
  }
  throw new Error(`no way from ${from} to ${ends}`);
}

describe('the transitions of a rescan are those of its definition', () => {
  it('of a run, with its start', () => {
    const toMap = distance(machine, machine.StartAt, ['Rescan Objects']);
    const fromMap = distance(machine, 'Rescan Objects', ['Rescan Completed']) - 1;
    expect(toMap + fromMap + 1).toBe(RESCAN_TRANSITIONS.run);
  });

  it('of a batch in which nothing changes, with its start', () => {
    const graph = graphWith('Scan Batch');
    expect(distance(graph, 'Scan Batch', ['Batch Done']) + 1).toBe(RESCAN_TRANSITIONS.batch);
  });

  it('of a change', () => {
    const graph = graphWith('Tag Object');
    expect(distance(graph, 'Tag Object', ['Notify'])).toBe(RESCAN_TRANSITIONS.change);
  });
});

describe('the bill of a rescan', () => {
  it('of a change has what an upload has after its scan', () => {
    const one = rescanBill({ ...NOTHING, changed: 1 });
    const none = rescanBill(NOTHING);
    expect((one['Step Functions'] ?? 0) - (none['Step Functions'] ?? 0)).toBeCloseTo(75e-6);
    expect(one['SNS, EventBridge']).toBeCloseTo(1.5e-6);
    const more = totalOf(one) - totalOf(none);
    expect(more).toBeGreaterThan(55e-6);
    expect(more).toBeLessThan(65e-6);
  });

  it('has one listing at least, and one for each thousand', () => {
    expect(rescanBill(NOTHING)['S3 requests']).toBeCloseTo(0.000_005, 9);
    expect(rescanBill({ ...NOTHING, listed: 1001 })['S3 requests']).toBeCloseTo(0.000_01, 9);
  });
});

it('takes more time for more bytes, and the mean is between the kinds', () => {
  for (const size of SIZES) {
    const each = CONTENTS.map((content) => rescanGbSeconds({ content, size }));
    expect(meanRescanGbSeconds(size)).toBeGreaterThanOrEqual(Math.min(...each));
    expect(meanRescanGbSeconds(size)).toBeLessThanOrEqual(Math.max(...each));
  }
  const means = SIZES.map((size) => meanRescanGbSeconds(size));
  expect(means).toEqual(means.toSorted((a, b) => a - b));
});
