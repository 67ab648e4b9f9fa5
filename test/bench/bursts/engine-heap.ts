/** Busy engines, the one that becomes free first on top: a binary heap. */
export interface EngineHeap<Running extends { readonly end: number }> {
  readonly size: number;
  /** When the first becomes free; Infinity when none is busy. */
  readonly earliest: number;
  push(running: Running): void;
  /** Only while `size` is not 0. */
  pop(): Running;
}

export function createEngineHeap<Running extends { readonly end: number }>(): EngineHeap<Running> {
  const heap: Running[] = [];
  const at = (index: number) => heap[index] as Running;
  let earliest = Number.POSITIVE_INFINITY;
  return {
    get size() {
      return heap.length;
    },
    get earliest() {
      return earliest;
    },
    push(running) {
      let index = heap.push(running) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (at(parent).end <= running.end) break;
        heap[index] = at(parent);
        index = parent;
      }
      heap[index] = running;
      earliest = at(0).end;
    },
    pop() {
      const top = at(0);
      const last = heap.pop() as Running;
      const { length } = heap;
      if (length > 0) {
        let index = 0;
        for (;;) {
          let child = 2 * index + 1;
          if (child >= length) break;
          if (child + 1 < length && at(child + 1).end < at(child).end) child += 1;
          if (at(child).end >= last.end) break;
          heap[index] = at(child);
          index = child;
        }
        heap[index] = last;
      }
      earliest = heap[0]?.end ?? Number.POSITIVE_INFINITY;
      return top;
    },
  };
}
