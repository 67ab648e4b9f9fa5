import { z } from 'zod';
import { overlapping, TrustedPrefix } from '../../functions/domain/gate/trusted.ts';

const { prefix, writerRoleArns } = TrustedPrefix.shape;

/** Where only some roles write, and nothing is scanned. */
export const TrustedConfig = z
  .array(
    z.strictObject({
      prefix: prefix.describe(
        'Keys that begin with it, and it ends in `/`: not scanned, readable without a verdict, written by nobody but these roles. Read [trusted prefixes](trusted.md) first.',
      ),
      writerRoleArns: writerRoleArns.describe(
        'Roles that may write there if their own policies allow it; no users, no wildcards.',
      ),
    }),
  )
  .default([]);

interface Bucket {
  readonly trusted: readonly TrustedPrefix[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  readonly rescan: { readonly prefix: string };
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  readonly message: string;
}

/** What trusted prefixes contradict in their bucket. EventBridge cannot ask two things of one key. */
export function trustedFaults({ trusted, prefixes, suffixes, rescan }: Bucket): readonly Fault[] {
  const all = trusted.map((each) => each.prefix);
  if (all.length === 0) return [];
  const within = overlapping(all);
  const crossing = all.flatMap((one, at) =>
    prefixes
      .filter((scanned) => one.startsWith(scanned) || scanned.startsWith(one))
      .map((scanned) => ({ at, one, scanned })),
  )[0];
  const rescanned = all.findIndex((one) => rescan.prefix.startsWith(one));
  return [
    ...(within === undefined
      ? []
      : [
          fault(
            ['trusted', within[0], 'prefix'],
            all[within[0]],
            `lies in ${JSON.stringify(all[within[1]])}, which is trusted too`,
          ),
        ]),
    ...(suffixes.length === 0
      ? []
      : [
          fault(
            ['suffixes'],
            suffixes,
            'cannot be combined with trusted: EventBridge cannot ask how a key ends and how it does not begin',
          ),
        ]),
    ...(crossing === undefined
      ? []
      : [
          fault(
            ['trusted', crossing.at, 'prefix'],
            crossing.one,
            `overlaps ${JSON.stringify(crossing.scanned)} of prefixes: EventBridge cannot ask how a key begins and how it does not`,
          ),
        ]),
    ...(rescanned === -1
      ? []
      : [
          fault(
            ['rescan', 'prefix'],
            rescan.prefix,
            `lies in ${JSON.stringify(all[rescanned])}, which is trusted: nothing would be scanned`,
          ),
        ]),
  ];
}

const fault = (path: readonly PropertyKey[], value: unknown, message: string): Fault => ({ path, value, message });
