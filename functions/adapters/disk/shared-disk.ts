import { ScratchFull } from '../../domain/errors.ts';
import type { DiskRoom } from '../../domain/ports.ts';
import { type Room, RoomLedger } from './room-ledger.ts';
import { ShareUsedUp } from './share-used-up.ts';

export interface SharedDisk {
  /**
   * Calls `use` once there is room for an object of that size and for what is unpacked from it. When the disk is full
   * for `use` while others may be on it, `use` is called again, alone on the whole disk: only there is ScratchFull
   * its own.
   * @throws what `use` throws, and the signal's reason
   */
  withRoom<T>(size: number, use: (room: DiskRoom) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Ordinary objects hold less than this; see `shareOf`. */
const SHARE_BYTES = 64 * 1024 ** 2;
const SHARE_PER_BYTE = 2;
/** Our readers unpack an object, and then the engine does, beside it. */
const UNPACKED_BY = 2;

const shareOf = (size: number): number => SHARE_BYTES + SHARE_PER_BYTE * size;

/**
 * @param freeBytes of the disk
 * @param share what an object of a size may unpack to while others are there, bytes
 */
export function sharedDisk(freeBytes: () => number, share: (size: number) => number = shareOf): SharedDisk {
  const ledger = new RoomLedger(freeBytes);

  return {
    async withRoom(size, use, signal) {
      const unpacked = share(size);
      const room = await ledger.enter(size + UNPACKED_BY * unpacked, { signal });
      let alone: Promise<Room>;
      try {
        return await use(diskRoom(room, unpacked));
      } catch (fault) {
        if (room.whole || !(fault instanceof ScratchFull)) throw fault;
        // Those whose room somebody else took come before whoever needs more than its share.
        const ahead = !(fault instanceof ShareUsedUp);
        alone = ledger.enter(Number.POSITIVE_INFINITY, { ahead, signal });
      } finally {
        room.leave();
      }
      const whole = await alone;
      try {
        return await use(diskRoom(whole, unpacked));
      } finally {
        whole.leave();
      }
    },
  };
}

const diskRoom = (room: Room, share: number): DiskRoom => ({
  share: () => (room.whole ? null : share),
  takeWhole: room.takeWhole,
});
