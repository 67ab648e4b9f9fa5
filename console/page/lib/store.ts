import { useEffect, useState } from 'preact/hooks';

/** A value that several parts of the page show. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** For components: draws again when it changes. */
  use(): T;
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    use() {
      const [, draw] = useState({});
      useEffect(() => {
        const drawn = current;
        const end = subscribe(() => draw({}));
        // It may have changed between drawing and now.
        if (!Object.is(drawn, current)) draw({});
        return end;
      }, []);
      return current;
    },
    subscribe,
  };
}
