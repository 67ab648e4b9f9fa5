import { engineVerdict } from './engine-verdict.ts';
import { ObjectUnreadable } from './errors.ts';
import { FINDINGS } from './findings.ts';
import type { ObjectReference } from './object-reference.ts';
import type { Clock, ScanEngine, Scratch } from './ports.ts';
import type { Verdict } from './verdict.ts';

export interface ScanPorts {
  readonly engine: ScanEngine;
  readonly scratch: Scratch;
  readonly clock: Clock;
}

/** The result of checking a copy before the scan: a null `finding` means it passes. */
export type Precheck = (path: string) => Promise<{ readonly type: string; readonly finding: string | null }>;

/**
 * Scans one object's content. Several may run at once: downloads overlap scans.
 * @param type media type if already known
 * @param precheck for callers that have not checked the content against the allowlist
 * @throws what the ports throw, except ObjectUnreadable, which is a verdict
 */
export async function scanContent(
  { engine, scratch, clock }: ScanPorts,
  object: ObjectReference,
  maxObjectBytes: number,
  type: string | null,
  precheck: Precheck = async () => ({ type: type ?? '', finding: null }),
): Promise<Verdict> {
  const verdict = (said: Pick<Verdict, 'status' | 'finding'> & Partial<Verdict>): Verdict => ({
    type,
    definitions: null,
    scanTime: clock().toISOString(),
    ...said,
  });

  async function scanCopy(path: string): Promise<Verdict> {
    const checked = await precheck(path);
    const found = checked.type || null;
    if (checked.finding !== null) return verdict({ status: 'REJECTED', finding: checked.finding, type: found });
    const reply = await engine.scan(path);
    return verdict({ ...engineVerdict(reply), definitions: reply.definitions, type: found });
  }

  if (object.size > maxObjectBytes) return verdict({ status: 'UNSCANNABLE', finding: FINDINGS.tooLarge });
  if (object.size === 0) return verdict({ status: 'CLEAN', finding: null });
  try {
    return await scratch.withCopy(object, scanCopy);
  } catch (fault) {
    if (fault instanceof ObjectUnreadable) return verdict({ status: 'UNSCANNABLE', finding: fault.finding });
    throw fault;
  }
}
