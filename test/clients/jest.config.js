import { suite } from '../jest.base.js';

export default suite('clients', { testTimeout: 120_000 });
