import { engineVerdict } from './engine-verdict.ts';
import { ObjectUnreadable } from './errors.ts';
import type { ObjectReference } from './object-reference.ts';
import type { Clock, ScanEngine, Scratch } from './ports.ts';
import { FINDINGS, type Verdict } from './verdict.ts';

export interface ScanPorts {
  readonly engine: ScanEngine;
  readonly scratch: Scratch;
  readonly clock: Clock;
}

/**
 * Scans one object's content. Several may run at once: downloads overlap scans.
 *
 * @throws what the ports throw, but for ObjectUnreadable, which is a verdict
 */
export async function scanContent(
  { engine, scratch, clock }: ScanPorts,
  object: ObjectReference,
  maxObjectBytes: number,
  type: string | null,
): Promise<Verdict> {
  const verdict = (status: Verdict['status'], finding: string | null, definitions: string | null): Verdict => ({
    status,
    finding,
    type,
    definitions,
    scanTime: clock().toISOString(),
  });

  if (object.size > maxObjectBytes) return verdict('UNSCANNABLE', FINDINGS.tooLarge, null);
  if (object.size === 0) return verdict('CLEAN', null, null);
  try {
    const reply = await scratch.withCopy(object, (path) => engine.scan(path));
    const { status, finding } = engineVerdict(reply);
    return verdict(status, finding, reply.definitions);
  } catch (fault) {
    if (fault instanceof ObjectUnreadable) return verdict('UNSCANNABLE', fault.finding, null);
    throw fault;
  }
}
