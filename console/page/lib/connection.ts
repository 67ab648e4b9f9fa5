import { createStore } from './store.ts';

export type Connection = 'connecting' | 'connected' | 'disconnected';

/** Whether the services answered the last call. */
export const connection = createStore<Connection>('connecting');

/** Grows when another pipeline has come to the address of the one before: nothing remembered counts. */
export const generation = createStore(0);
export const anotherPipeline = () => generation.set(generation.get() + 1);

export const connected = () => connection.set('connected');
export const disconnected = () => connection.set('disconnected');
