import type { Action } from './action.ts';
import { readObject } from './get-object.ts';

export const headObject: Action = (call) => readObject(call, false);
