import { suite } from '../jest.base.js';

/** The time limit is a guard: what starts programs takes its time on a busy machine. */
export default suite('infra', { testTimeout: 180_000 });
