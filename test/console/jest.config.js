import { suite } from '../jest.base.js';

/** The time limit is a guard: each file starts the whole pipeline and a browser. */
export default suite('console', { testTimeout: 180_000 });
