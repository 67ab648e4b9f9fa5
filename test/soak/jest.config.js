import { suite } from '../jest.base.js';

/** A minute and more of work on one core, so a command of its own. */
export default suite('soak');
