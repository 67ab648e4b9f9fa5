/** A ring of ids in the order in which they can be received. */
export function createFifo(capacity: number) {
  let ids = new Int32Array(Math.max(1, Math.min(capacity, 1024)));
  let times = new Float64Array(ids.length);
  let first = 0;
  let size = 0;
  return {
    get size() {
      return size;
    },
    /** When the first can be received; Infinity when it is empty. */
    get time() {
      return size === 0 ? Number.POSITIVE_INFINITY : (times[first] as number);
    },
    add(id: number, time: number) {
      if (size === ids.length) {
        const [oldIds, oldTimes] = [ids, times];
        ids = new Int32Array(size * 2);
        times = new Float64Array(size * 2);
        for (let index = 0; index < size; index += 1) {
          ids[index] = oldIds[(first + index) % size] as number;
          times[index] = oldTimes[(first + index) % size] as number;
        }
        first = 0;
      }
      const index = (first + size) % ids.length;
      ids[index] = id;
      times[index] = time;
      size += 1;
    },
    take(): number {
      const id = ids[first] as number;
      first = (first + 1) % ids.length;
      size -= 1;
      return id;
    },
  };
}
