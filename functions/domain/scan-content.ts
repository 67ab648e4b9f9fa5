import { type ContentPolicy, refusalOf } from './content-policy.ts';
import { engineVerdict } from './engine-verdict.ts';
import { ObjectUnreadable } from './errors.ts';
import { FINDINGS } from './findings.ts';
import type { ObjectReference } from './object-reference.ts';
import type { Clock, EngineReply, ScanEngine, Scratch, StoredHeaders, Unpacking, Unscanned } from './ports.ts';
import { type ScanBudget, scanMilliseconds } from './scan-budget.ts';
import type { Verdict } from './verdict.ts';

export interface ScanPorts {
  readonly engine: ScanEngine;
  readonly scratch: Scratch;
  readonly unpacking: Unpacking;
  readonly budget: ScanBudget;
  readonly clock: Clock;
}

/** A check of a copy before the engine scans it; a null `finding` lets it pass. */
export type Precheck = (
  path: string,
  headers: StoredHeaders,
) => Promise<{ readonly type: string; readonly finding: string | null }>;

/**
 * Scans one object's content: the file, and everything inside it that the engine does not reach by itself. Several may
 * run at once: downloads overlap scans.
 *
 * @param type media type if it is already known
 * @param precheck for callers that have not checked the content against the allowlist
 * @throws what the ports throw, except ObjectUnreadable, which becomes a verdict
 */
export async function scanContent(
  { engine, scratch, unpacking, budget, clock }: ScanPorts,
  object: ObjectReference,
  policy: ContentPolicy,
  type: string | null,
  precheck: Precheck = async () => ({ type: type ?? '', finding: null }),
): Promise<Verdict> {
  const verdict = (said: Pick<Verdict, 'status' | 'finding'> & Partial<Verdict>): Verdict => ({
    type,
    definitions: null,
    activeContent: [],
    scanTime: clock().toISOString(),
    ...said,
  });

  async function scanCopy(path: string, headers: StoredHeaders): Promise<Verdict> {
    const checked = await precheck(path, headers);
    const found = checked.type || null;
    if (checked.finding !== null) return verdict({ status: 'REJECTED', finding: checked.finding, type: found });
    const begun = clock().getTime();
    const milliseconds = scanMilliseconds(budget, object.size);
    const remaining = () => begun + milliseconds - clock().getTime();
    // Whatever unpacking takes, time is left for the engine: a signature wins over every limit.
    const remainingToUnpack = () => remaining() - milliseconds / 2;
    return await unpacking.withContents(path, remainingToUnpack, async (contents) => {
      const { whole, parts, unaccounted, opened, active: activeContent } = contents;
      const reply = await scanAll(engine, whole ? [path, ...parts] : parts, Math.max(milliseconds / 2, remaining()));
      const unscanned = [
        ...unaccounted.map((finding) => ({ finding, format: null })),
        ...reply.unscanned.filter(({ format }) => format === null || !opened.has(format)),
      ];
      const { definitions } = reply;
      const said = engineVerdict({ ...reply, unscanned });
      const refused = said.status === 'CLEAN' ? refusalOf(contents, policy) : null;
      return verdict({ type: found, definitions, activeContent: [...activeContent], ...said, ...refused });
    });
  }

  if (object.size > policy.maxObjectBytes) return verdict({ status: 'UNSCANNABLE', finding: FINDINGS.tooLarge });
  if (object.size === 0) return verdict({ status: 'CLEAN', finding: null });
  try {
    return await scratch.withCopy(object, scanCopy);
  } catch (fault) {
    if (fault instanceof ObjectUnreadable) return verdict({ status: 'UNSCANNABLE', finding: fault.finding });
    throw fault;
  }
}

/**
 * One answer about several files: the first signature ends it, and every reason not to have scanned counts. An engine
 * that is lost to one of them is not risked for the next.
 *
 * @param milliseconds of the engine; waiting for others that it scans costs nothing
 */
async function scanAll(engine: ScanEngine, paths: readonly string[], milliseconds: number): Promise<EngineReply> {
  const unscanned: Unscanned[] = [];
  let definitions: string | undefined;
  let left = milliseconds;
  for (const path of paths) {
    if (left <= 0) {
      unscanned.push({ finding: FINDINGS.limitExceeded('time'), format: null });
      break;
    }
    const reply = await engine.scan(path, left);
    if (reply.infected) return reply;
    unscanned.push(...reply.unscanned);
    definitions ??= reply.definitions;
    if (reply.lost) break;
    left -= reply.milliseconds ?? 0;
  }
  definitions ??= await engine.definitionsVersion();
  return { infected: false, signatures: [], unscanned, definitions };
}
