import { type AccountLimits, accountFor } from '../../../functions/domain/containers/account.ts';
import { memorySource } from '../../../functions/domain/containers/byte-source.ts';
import type { Unpacker } from '../../../functions/domain/containers/unpacker.ts';
import { type FakeExtract, memoryUnpacker } from '../memory-unpacker.ts';

export interface Accounting extends Partial<AccountLimits> {
  /** In the place of 7-Zip. */
  readonly extract?: FakeExtract;
  /** In the place of other readers. */
  readonly instead?: Partial<Unpacker>;
}

/** What accountFor makes of a file in memory, and what it hands to the engine beside it. */
export async function account(file: Buffer | string, { extract, instead, ...limits }: Accounting = {}) {
  const { unpacker, scanned } = memoryUnpacker(extract, instead);
  const generous = { files: 300, depth: 17, bytes: 100_000, wholeBytes: 1000 };
  const result = await accountFor(bytesOf(file), unpacker, { ...generous, ...limits });
  return {
    ...result,
    opened: [...result.opened],
    scanned: scanned().map((part) => part.toString('latin1')),
  };
}

export const bytesOf = (content: Buffer | string) => memorySource(Buffer.from(content as string, 'latin1'));
