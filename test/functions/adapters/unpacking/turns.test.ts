import { expect, it } from '@jest/globals';
import { letOthersIn } from '../../../../functions/adapters/unpacking/turns.ts';

it('lets others have a turn now and then, not every time', async () => {
  let turns = 0;
  let others = 0;
  const busy = setInterval(() => {
    others += 1;
  }, 0);
  const begun = performance.now();
  let asked = 0;
  for (; performance.now() - begun < 200; asked++) {
    const turn = letOthersIn();
    if (turn === undefined) continue;
    turns += 1;
    await turn;
  }
  clearInterval(busy);
  expect(turns).toBeGreaterThan(1);
  expect(turns).toBeLessThan(21);
  expect(asked).toBeGreaterThan(10 * turns);
  expect(others).toBeGreaterThan(0);
});
