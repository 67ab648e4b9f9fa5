import { suite } from '../jest.base.js';

export default suite('browser', { testTimeout: 300_000 });
