import { StorageUnavailable } from '../../../../functions/domain/errors.ts';
import type { ObjectReference } from '../../../../functions/domain/object-reference.ts';
import type { ObjectStore } from '../../../../functions/domain/ports.ts';

type Reader = Pick<ObjectStore, 'openRange'>;

const READS = ['openRange', 'readRange'];

/** A store that only supports reading; as a whole, what arrives in pieces. */
export const readOnlyStore = ({ openRange }: Reader): ObjectStore =>
  new Proxy({ openRange, readRange: wholeOf(openRange) } as ObjectStore, {
    get: (target, name, receiver) => {
      if (!READS.includes(String(name))) throw new Error(`${String(name)} is not to be called`);
      return Reflect.get(target, name, receiver);
    },
  });

const wholeOf =
  (openRange: Reader['openRange']): ObjectStore['readRange'] =>
  async (...range) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of await openRange(...range)) pieces.push(piece);
    return Buffer.concat(pieces);
  };

/** Has `content` under any reference; chunks of odd size, as from a network. */
export function memoryStore(content: Uint8Array, chunkBytes = 64 * 1024 - 7): ObjectStore {
  return readOnlyStore({
    async openRange(_object, start, end) {
      return chunks(content.subarray(start, end + 1), chunkBytes);
    },
  });
}

/** Breaks off after `bytes` of each range. */
export function truncatingStore(content: Uint8Array, bytes: number, fault?: Error): ObjectStore {
  return readOnlyStore({
    async openRange(_object, start, end) {
      const whole = content.subarray(start, end + 1);
      return (async function* () {
        yield* chunks(whole.subarray(0, Math.min(bytes, whole.length)), 1000);
        if (fault) throw fault;
      })();
    },
  });
}

export const brokenOff = () => new StorageUnavailable('GetObject body: connection reset');

export const referenceTo = (content: Uint8Array, key = 'key'): ObjectReference => ({
  bucket: 'bucket',
  key,
  etag: 'etag',
  size: content.length,
});

async function* chunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield Buffer.from(bytes.subarray(offset, offset + size));
}
