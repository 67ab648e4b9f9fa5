import { createStore } from './store.ts';

export type Connection = 'connecting' | 'connected' | 'disconnected';

/** Whether the services answered the last call. */
export const connection = createStore<Connection>('connecting');

/** Grows when the pipeline is back: it may be another one, so that nothing remembered counts. */
export const generation = createStore(0);

export function connected(): void {
  if (connection.get() === 'disconnected') generation.set(generation.get() + 1);
  connection.set('connected');
}
export const disconnected = () => connection.set('disconnected');
