import { suite } from '../jest.base.js';

export default suite('infra');
