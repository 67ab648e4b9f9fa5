import { expect, it } from '@jest/globals';
import type { EngineReply, ScanEngine } from '../../../functions/domain/ports.ts';
import { scanFiles } from '../../../functions/domain/scan-files.ts';

const clean: EngineReply = { infected: false, signatures: [], unscanned: [], definitions: 'd', milliseconds: 10 };
const infected: EngineReply = { ...clean, infected: true, signatures: ['Eicar'] };
const unopened = (finding: string): EngineReply => ({ ...clean, unscanned: [{ finding, format: null }] });

/** An engine that answers in this order, and what it was asked. */
function engineOf(...replies: EngineReply[]) {
  const asked: unknown[][] = [];
  const engine: ScanEngine = {
    async scan(...question) {
      asked.push(question);
      return replies[asked.length - 1] ?? clean;
    },
    definitionsVersion: async () => 'current',
  };
  return { engine, asked };
}

it('is one clean answer about clean files, each in the time that the others left', async () => {
  const { engine, asked } = engineOf({ ...clean, definitions: 'first' }, clean);
  expect(await scanFiles(engine, ['a', 'b'], 100)).toEqual({
    infected: false,
    signatures: [],
    unscanned: [],
    definitions: 'first',
  });
  expect(asked).toEqual([
    ['a', 100],
    ['b', 90],
  ]);
});

it('names the definitions in use where there is nothing to scan', async () => {
  expect(await scanFiles(engineOf().engine, [], 100)).toMatchObject({ infected: false, definitions: 'current' });
});

it('ends with the first signature, whatever was not scanned before', async () => {
  const { engine, asked } = engineOf(unopened('encrypted'), infected, clean);
  expect(await scanFiles(engine, ['a', 'b', 'c'], 100)).toEqual(infected);
  expect(asked).toHaveLength(2);
});

it('keeps every reason, in order', async () => {
  const { engine } = engineOf(unopened('encrypted'), clean, unopened('limits-exceeded:size'));
  const { unscanned } = await scanFiles(engine, ['a', 'b', 'c'], 100);
  expect(unscanned.map(({ finding }) => finding)).toEqual(['encrypted', 'limits-exceeded:size']);
});

it('asks no more of an engine that was lost, nor without time', async () => {
  const lost = engineOf({ ...unopened('limits-exceeded:memory'), lost: true }, clean);
  expect((await scanFiles(lost.engine, ['a', 'b'], 100)).unscanned).toHaveLength(1);
  expect(lost.asked).toHaveLength(1);
  // What was not looked at at all comes before what stayed shut.
  const later = engineOf(unopened('encrypted'), { ...unopened('limits-exceeded:engine'), lost: true });
  expect(await scanFiles(later.engine, ['a', 'b'], 100)).toMatchObject({
    unscanned: [{ finding: 'limits-exceeded:engine' }, { finding: 'encrypted' }],
    lost: true,
  });
  const slow = engineOf({ ...clean, milliseconds: 100 }, clean);
  expect((await scanFiles(slow.engine, ['a', 'b'], 100)).unscanned).toEqual([
    { finding: 'limits-exceeded:time', format: null },
  ]);
  expect(slow.asked).toHaveLength(1);
});
