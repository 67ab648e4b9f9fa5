import { Synthesizer } from './synthesizer.ts';

declare global {
  var synthesizer: Synthesizer | undefined;
}

/** Test files find it by their environment: local/stack/synthesis.ts. */
export default async function setUp(): Promise<void> {
  globalThis.synthesizer = new Synthesizer();
  await globalThis.synthesizer.start();
  process.env.AIRLOCK_SYNTHESIZER = globalThis.synthesizer.socket;
}
