import { type ActiveContent, OPENDOCUMENT_MACRO } from '../active-content.ts';
import type { ByteSource } from './byte-source.ts';
import { FileWalk } from './file-walk.ts';
import type { Unpacker } from './unpacker.ts';
import { TooHeavy, type WalkLimits } from './walk.ts';

export type AccountLimits = WalkLimits;

export interface Account {
  /** Why not every byte is accounted for; in the order in which it was found. */
  readonly findings: readonly string[];
  /** False where the engine must not be given the file itself: it would take too much memory. */
  readonly whole: boolean;
  /** Formats whose containers were all opened, among those that the engine may not open. */
  readonly opened: ReadonlySet<string>;
  /** What documents run or fetch when they are opened, at any depth; sorted. */
  readonly active: readonly ActiveContent[];
  /** Media type of the file where scripts in its parts make it a document with macros. */
  readonly macroType: string | null;
}

/**
 * Accounts for every byte of a file and of everything in it: what the engine reaches by itself in an ordinary
 * container is left to it, everything else is handed to it on its own, and what nobody can open is a finding.
 *
 * @param apart hands the engine only what our readers do not open themselves, each on its own: whatever it then does
 * not open, nobody has
 * @throws what the unpacker throws, but for Unaccounted, which is a finding
 */
export async function accountFor(
  file: ByteSource,
  unpacker: Unpacker,
  limits: AccountLimits,
  apart = false,
): Promise<Account> {
  const account = async (whole: boolean): Promise<Account> => {
    const walk = new FileWalk(unpacker, limits, whole, apart);
    await walk.visit(file, 0, whole);
    return {
      findings: walk.findings,
      whole,
      opened: walk.opened,
      active: [...walk.active].sort(),
      macroType: walk.activeAtTop.has('odf-event-script') ? OPENDOCUMENT_MACRO : null,
    };
  };
  if (apart) return account(false);
  try {
    return await account(true);
  } catch (fault) {
    if (!(fault instanceof TooHeavy)) throw fault;
    await unpacker.restart();
    return account(false);
  }
}
