import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { Synthesizer } from './synthesizer.ts';

it('answers one after the other, faults too, and leaves nothing', async () => {
  const synthesizer = new Synthesizer();
  await synthesizer.start();
  const ask = async (airlock: object, sources = 'a') => {
    const connection = connect(synthesizer.socket);
    connection.end(JSON.stringify({ sources, airlock }));
    return JSON.parse(await text(connection));
  };
  try {
    const answers = await Promise.all([ask({ buckets: [{ name: 'x' }] }), ask({}), ask({ workflow: 'EXPRESS' }, 'b')]);
    expect(answers).toEqual([
      { fault: expect.stringContaining('"x" is not a bucket name') },
      { synthesis: expect.objectContaining({ stackName: 'S3Airlock' }) },
      { synthesis: expect.objectContaining({ stackName: 'S3Airlock' }) },
    ]);
    expect(JSON.stringify(answers[1])).not.toContain('"EXPRESS"');
    expect(JSON.stringify(answers[2])).toContain('"EXPRESS"');
  } finally {
    await synthesizer.stop();
  }
  expect(existsSync(synthesizer.socket)).toBe(false);
});
