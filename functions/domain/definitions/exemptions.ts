import { z } from 'zod';

/** Key of the operators' exemptions in the definitions bucket. */
export const EXEMPTIONS_KEY = 'own/exemptions.json';

/** File of the definitions with the ignored signatures; whoever adds a file of that name would replace them. */
export const IGNORED_FILE = 'airlock-ignored.ign2';

/** Who decided something, when and why. */
export const Decision = z.object({
  /** ARN of the caller. */
  by: z.string().min(1),
  at: z.iso.datetime(),
  reason: z.string().min(1),
});
export type Decision = z.infer<typeof Decision>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256: 64 hexadecimal digits in small letters');

/**
 * The name of a signature as a file has it: one line of `.ign2`, without a field for a hash. What clamd reports as
 * `Heuristics.…` is no signature that a list could ignore, or one of s3-airlock's own, which say that something was not
 * scanned.
 */
export const SignatureName = z
  .string()
  .regex(/^[\w{][\w.{}()/+@!=,-]{0,199}$/, 'is not the name of a signature')
  .refine((name) => !/^Heuristics\./i.test(name), 'says what clamd could not scan or suspects: it cannot be ignored');

/** A signature that the engine does not use. */
const Ignored = Decision.extend({ kind: z.literal('signature'), name: SignatureName, removed: Decision.optional() });
/** Content that is CLEAN whatever a scan finds in it. */
const Exempted = Decision.extend({ kind: z.literal('content'), sha256: Sha256, removed: Decision.optional() });

export const Exemption = z.discriminatedUnion('kind', [Ignored, Exempted]);
export type Exemption = z.infer<typeof Exemption>;
export type ContentExemption = z.infer<typeof Exempted>;

export interface ExemptionList {
  /** In the order in which they were decided; those that were removed too. */
  readonly exemptions: readonly Exemption[];
  /** What is wrong with the file: it exempts nothing that it does not name whole. */
  readonly faults: readonly string[];
}

const NOTHING: ExemptionList = { exemptions: [], faults: [] };

/** Reads the file entry by entry: one that is broken exempts nothing, and takes no other with it. */
export function readExemptions(text: string): ExemptionList {
  const { success, data } = z.object({ exemptions: z.array(z.unknown()) }).safeParse(parsed(text));
  if (!success) return { ...NOTHING, faults: [`${EXEMPTIONS_KEY} is not { "exemptions": [ … ] }`] };
  const exemptions: Exemption[] = [];
  const faults: string[] = [];
  for (const [index, entry] of data.exemptions.entries()) {
    const read = Exemption.safeParse(entry);
    if (read.success) exemptions.push(read.data);
    else faults.push(`${EXEMPTIONS_KEY}, exemption ${index + 1}: ${z.prettifyError(read.error).replace(/\s+/g, ' ')}`);
  }
  return { exemptions, faults };
}

export const writeExemptions = (exemptions: readonly Exemption[]): string =>
  `${JSON.stringify({ exemptions }, undefined, 2)}\n`;

/** What a removed one named is found again. */
export const inForce = ({ removed }: Exemption): boolean => removed === undefined;

/** The contents that are exempt. */
export function exemptContents({ exemptions }: ExemptionList): readonly ContentExemption[] {
  return exemptions.filter((one) => one.kind === 'content').filter(inForce);
}

/** Names of the signatures that are ignored. */
export function ignoredSignatures({ exemptions }: ExemptionList): readonly string[] {
  const names = exemptions.flatMap((one) => (one.kind === 'signature' && inForce(one) ? [one.name] : []));
  return [...new Set(names)].sort();
}

/** How a verdict names the exemption that it rests on. */
export const exemptionId = (sha256: string): string => sha256.slice(0, 8);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
