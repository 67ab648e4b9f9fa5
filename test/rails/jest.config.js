import { suite } from '../jest.base.js';

export default suite('rails', { testTimeout: 120_000 });
