import { explained } from '../explain-fault.ts';
import { statusOf } from '../s3-faults.ts';

/** From the least to the worst. */
export const LEVELS = ['ok', 'warning', 'failure'] as const;
export type Level = (typeof LEVELS)[number];

/** What one check found. */
export interface Finding {
  readonly check: string;
  /** Bucket, queue, alarm or resource; null: the stack. */
  readonly subject: string | null;
  readonly level: Level;
  readonly found: string;
  /** The command, or the page of docs/; null where there is nothing to do. */
  readonly todo: string | null;
}

/** Looks at one thing, whatever else is wrong. */
export interface Check {
  readonly check: string;
  readonly subject?: string;
  /** What the caller must be allowed. */
  readonly permissions: readonly string[];
  look(): Promise<readonly Outcome[]>;
}

/** A finding about the check's own subject, unless it names another. */
export interface Outcome {
  readonly level: Level;
  readonly found: string;
  readonly todo?: string;
  readonly subject?: string;
}

/** Never fails: a check that cannot be made is a finding of its own. */
export async function examine({ check, subject, permissions, look }: Check): Promise<readonly Finding[]> {
  const outcomes = await look().catch((fault: unknown) => [unchecked(fault, permissions)]);
  return outcomes.map((outcome) => ({
    check,
    subject: outcome.subject ?? subject ?? null,
    level: outcome.level,
    found: outcome.found,
    todo: outcome.todo ?? null,
  }));
}

export const ok = (found: string): Outcome => ({ level: 'ok', found });
export const warning = (found: string, todo?: string): Outcome => ({ level: 'warning', found, ...(todo && { todo }) });
export const failure = (found: string, todo?: string): Outcome => ({ level: 'failure', found, ...(todo && { todo }) });

const DENIED = /AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|^Forbidden$/;

/** Whether AWS refuses the call to these credentials. A HEAD has no other sign than its status. */
export function isDenied(fault: unknown): boolean {
  return fault instanceof Error && (DENIED.test(fault.name) || statusOf(fault) === 403);
}

/** A check that could not be made. */
export function unchecked(fault: unknown, permissions: readonly string[]): Outcome {
  if (isDenied(fault)) {
    return warning('not checked: AWS denies it to these credentials', `allow them ${permissions.join(' and ')}`);
  }
  return warning(`not checked: ${explained(fault)}`, 'run `airlock doctor` again');
}

export function worst(findings: Iterable<Pick<Finding, 'level'>>): Level {
  let found: Level = 'ok';
  for (const { level } of findings) if (LEVELS.indexOf(level) > LEVELS.indexOf(found)) found = level;
  return found;
}
