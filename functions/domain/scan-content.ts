import { type ContentPolicy, refusalOf } from './content-policy.ts';
import { exemptionId } from './definitions/exemptions.ts';
import { engineVerdict } from './engine-verdict.ts';
import { ObjectUnreadable } from './errors.ts';
import { FINDINGS } from './findings.ts';
import type { ObjectReference } from './object-reference.ts';
import type {
  Clock,
  Contents,
  DiskRoom,
  EngineReply,
  Exemptions,
  FileCopy,
  ScanEngine,
  Scratch,
  StoredHeaders,
  Unpacking,
  UnpackingOf,
  Unscanned,
} from './ports.ts';
import { type ScanBudget, scanMilliseconds } from './scan-budget.ts';
import { scanFiles } from './scan-files.ts';
import type { Verdict } from './verdict.ts';

export interface ScanPorts {
  readonly engine: ScanEngine;
  readonly scratch: Scratch;
  readonly unpacking: Unpacking;
  readonly budget: ScanBudget;
  readonly clock: Clock;
  /** Without them, nothing is exempt. */
  readonly exemptions?: Exemptions | undefined;
  /** Cuts a scan off: it then throws the signal's reason, and holds nothing any more. */
  readonly signal?: AbortSignal | undefined;
}

/** A check of a copy before the engine scans it; a null `finding` lets it pass. */
export type Precheck = (
  copy: FileCopy,
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
  { engine, scratch, unpacking, budget, clock, exemptions, signal }: ScanPorts,
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

  async function scanCopy(copy: FileCopy, headers: StoredHeaders, room?: DiskRoom): Promise<Verdict> {
    const checked = await precheck(copy, headers);
    const found = checked.type || null;
    if (checked.finding !== null) return verdict({ status: 'REJECTED', finding: checked.finding, type: found });
    const begun = clock().getTime();
    const milliseconds = scanMilliseconds(budget, object.size);
    const remaining = () => begun + milliseconds - clock().getTime();
    // Whatever unpacking takes, time is left for the engine: a signature wins over every limit.
    const remainingToUnpack = () => remaining() - milliseconds / 2;
    async function scanContents(contents: Contents) {
      const { whole, parts } = contents;
      const paths = whole ? [copy.path, ...parts] : parts;
      return { contents, reply: await scanFiles(engine, paths, Math.max(milliseconds / 2, remaining()), signal) };
    }
    const bounds = { room, signal };
    const { contents, reply } = await unpacking.withContents(copy, remainingToUnpack, scanContents, bounds);
    const { unaccounted, opened, active: activeContent } = contents;
    const isOpened = ({ format }: Unscanned) => format !== null && opened.has(format);
    const apart = reply.unscanned.some(isOpened) ? await scanApart(copy, remaining, bounds) : null;
    const shut = unaccounted.map((finding) => ({ finding, format: null }));
    const byEngine = reply.unscanned.filter((each) => !isOpened(each));
    // Malware may stand in the open where the engine did not get to: that says more than what nobody can open.
    const unscanned = [...(reply.lost ? [...byEngine, ...shut] : [...shut, ...byEngine]), ...(apart?.unscanned ?? [])];
    const said = engineVerdict({ ...(apart?.infected ? apart : reply), unscanned });
    const refused = said.status === 'CLEAN' ? refusalOf(contents, policy) : null;
    const { definitions } = reply;
    const judged = verdict({ type: found, definitions, activeContent: [...activeContent], ...said, ...refused });
    const { finding } = judged;
    // Which types are let in is a matter of the configuration, here as in Check File Type.
    const ofType = contents.macroType !== null && finding === FINDINGS.type(contents.macroType);
    return finding === null || ofType ? judged : unlessExempt(copy.path, judged, finding);
  }

  /** After the scan, so that the record says what was found; an exemption is for what was read, and never for a fault. */
  async function unlessExempt(path: string, judged: Verdict, finding: string): Promise<Verdict> {
    const sha256 = (await exemptions?.of(path)) ?? null;
    if (sha256 === null) return judged;
    return { ...judged, status: 'CLEAN', finding: FINDINGS.exempt(exemptionId(sha256), finding) };
  }

  /**
   * The engine says that it did not open a format which our readers did open somewhere in the file. Whether it means
   * the same place shows when it gets the rest alone.
   */
  function scanApart(copy: FileCopy, remaining: () => number, bounds: UnpackingOf): Promise<EngineReply> {
    const scanParts = ({ parts }: Contents) => scanFiles(engine, parts, remaining(), signal);
    return unpacking.withContents(copy, remaining, scanParts, { ...bounds, apart: true });
  }

  if (object.size > policy.maxObjectBytes) return verdict({ status: 'UNSCANNABLE', finding: FINDINGS.tooLarge });
  if (object.size === 0) return verdict({ status: 'CLEAN', finding: null });
  try {
    return await scratch.withCopy(object, scanCopy, signal);
  } catch (fault) {
    if (fault instanceof ObjectUnreadable) return verdict({ status: 'UNSCANNABLE', finding: fault.finding });
    throw fault;
  }
}
