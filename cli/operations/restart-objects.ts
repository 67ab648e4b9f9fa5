import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { versionOf } from '../../functions/domain/object-reference.ts';
import type { UploadClaim } from './dead-letter.ts';
import { type DeployedStart, subjectOf } from './deployed-start.ts';
import { MalformedMessage } from './message-errors.ts';
import type { Redriven } from './redrive-messages.ts';
import type { RedrivenRow } from './redriven-row.ts';

export interface RedriveObjectsOptions {
  /** `{"bucket", "key", "versionId"}`; whatever else a line says is ignored. */
  readonly lines: AsyncIterable<string>;
  readonly dryRun: boolean;
  readonly report: (row: RedrivenRow) => void;
}

const Named = z.object({ bucket: z.string().min(1), key: z.string().min(1), versionId: z.string().min(1).nullish() });

/**
 * Starts a new execution for each object, with what is deployed: the lines may come from a log, to which others may
 * write. Without a name, so that it can be repeated for the same content.
 */
export async function redriveObjects(
  stepFunctions: SFNClient,
  startFor: (claim: UploadClaim) => Promise<DeployedStart | undefined>,
  { lines, dryRun, report }: RedriveObjectsOptions,
): Promise<Redriven> {
  let [found, failed] = [0, 0];

  async function begun(start: DeployedStart): Promise<Pick<RedrivenRow, 'outcome' | 'execution' | 'executionArn'>> {
    if (dryRun) return { outcome: 'would start', execution: null };
    const { stateMachineArn, input } = start;
    const { executionArn = '' } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
    // An EXPRESS one has the id of the run behind its name.
    const execution = executionArn.split(':')[7] ?? null;
    return { outcome: 'started', execution, executionArn };
  }

  for await (const line of lines) {
    if (line.trim() === '') continue;
    found += 1;
    try {
      const claim = claimIn(line);
      const start = await startFor(claim);
      const outcome = start === undefined ? ({ outcome: 'gone', execution: null } as const) : await begun(start);
      report({ ...outcome, subject: subjectOf(claim), reason: '' });
    } catch (fault) {
      failed += 1;
      const reason = `${(fault as Error).name}: ${(fault as Error).message}`;
      report({ outcome: 'failed', execution: null, subject: line, reason });
    }
  }
  return { found, failed };
}

function claimIn(line: string): UploadClaim {
  const { success, data } = Named.safeParse(objectIn(line));
  if (!success) throw new MalformedMessage('the line names no object');
  return { kind: 'upload', bucket: data.bucket, key: data.key, ...versionOf(data.versionId ?? undefined) };
}

function objectIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
