import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { canAsk, typed } from '../../../cli/commands/confirm.ts';

async function answer(...chunks: string[]): Promise<{ said: boolean; shown: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const said = typed('uploads', 'name? ', { input, output });
  for (const chunk of chunks) input.write(chunk);
  input.end();
  const result = await said;
  output.end();
  return { said: result, shown: await text(output) };
}

it.each([
  [true, ['uploads\n']],
  [true, ['  upl', 'oads \r\n']],
  [false, ['yes\n']],
  [false, ['Uploads\n']],
  [false, ['\n']],
  [false, ['no\n', 'uploads\n']],
  // Ctrl-D
  [false, []],
])('is %j for %j', async (said, chunks) => {
  expect(await answer(...chunks)).toEqual({ said, shown: 'name? ' });
});

it('needs a terminal', () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  expect(canAsk({ input, output })).toBe(false);
  expect(canAsk({ input: Object.assign(input, { isTTY: true }), output })).toBe(true);
});
