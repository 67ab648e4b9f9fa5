import { createStore } from './store.ts';

export type Connection = 'connecting' | 'connected' | 'disconnected';

/** Whether the services answered the last call. */
export const connection = createStore<Connection>('connecting');

export const connected = () => connection.set('connected');
export const disconnected = () => connection.set('disconnected');
