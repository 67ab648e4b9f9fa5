import type { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { RuleFile } from '../../functions/domain/hunt/rules.ts';
import { decision } from '../operations/caller.ts';
import type { DeployedStack } from '../operations/deployed-stack.ts';
import { scanMatches } from '../operations/hunt/scan-matches.ts';
import type { ScanTarget } from '../operations/scan-objects.ts';
import { addOwnFiles } from './add-own-files.ts';
import { number } from './figures.ts';
import { interruption } from './interruption.ts';
import { complain, tell, warn } from './output.ts';
import { createScanRun, SCANS_AT_ONCE, scanPrinter, tellOf } from './scan-run.ts';

export interface HuntToApply {
  readonly files: readonly RuleFile[];
  readonly matches: readonly ScanTarget[];
  readonly reason: string;
}

/** Adds the rules to the definitions, and has the ordinary scan decide about what they matched. Exit code 1 if it fails. */
export async function applyHunt(
  s3: S3Client,
  deployed: DeployedStack,
  { files, matches, reason }: HuntToApply,
): Promise<void> {
  const published = await addOwnFiles(s3, deployed, files, await decision(new STSClient(), reason));
  if (published === undefined || published.outcome === 'HELD') {
    complain(`the rules are not in use, so ${number(matches.length)} matches are not scanned`);
    process.exitCode = 1;
    return;
  }
  if (matches.length === 0) return;
  tell(`${number(matches.length)} matches are scanned, as after an upload`);
  const scan = await createScanRun(deployed);
  const printer = scanPrinter();
  const interrupted = interruption();
  let [decided, clean, failed] = [0, 0, 0];
  const unfinished = await scanMatches({
    matches,
    definitions: published.version,
    scan: (targets, onResult) => scan(targets, SCANS_AT_ONCE, interrupted.signal, onResult),
    signal: interrupted.signal,
    onResult(result) {
      decided += 1;
      if (result.status === 'CLEAN') clean += 1;
      if (result.status === 'ERROR' || result.status === 'NOT STARTED') failed += 1;
      printer.print(result);
    },
    onUndecided: (result) => printer.print(result),
    onWait: (objects) => tell(`${number(objects)} were scanned with earlier definitions: again in a minute`),
  });
  interrupted.end();
  printer.end();
  if (interrupted.signal.aborted) {
    tellOf(unfinished);
    warn(`${number(matches.length - decided)} matches have no new verdict`);
    process.exitCode = interrupted.code();
    return;
  }
  tell(`${number(decided)} scanned, ${number(decided - clean)} not CLEAN`);
  const undecided = matches.length - decided;
  if (undecided > 0) {
    complain(`${number(undecided)} matches are CLEAN by earlier definitions only: scanners have not loaded the rules`);
  }
  if (failed > 0) complain(`${number(failed)} matches have no verdict`);
  if (undecided + failed > 0) process.exitCode = 1;
}
