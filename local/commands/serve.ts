import { pageFiles } from '../../console/page-files.ts';
import { type Console, startConsole } from '../../console/server/server.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { clientLines } from '../output/client-lines.ts';
import { colours } from '../output/colors.ts';
import { printRescanLine } from '../output/rescan-lines.ts';
import { printScanLine } from '../output/scan-lines.ts';
import { warn } from '../output/terminal.ts';
import { type Profile, profileFile, profileOf, removeProfile, writeProfile } from '../profile.ts';
import { watchedBuckets } from '../stack/buckets.ts';
import { portOf } from '../stack/ports.ts';
import { toRescanRecord } from './rescan-record.ts';
import { toScanRecord, underTest } from './scan-record.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

export interface ServeOptions extends LocalOptions {
  /** Whether the console page is served; default: true. */
  readonly console?: boolean;
}

/** Keeps the pipeline running for uploads until Ctrl-C. @returns the exit code */
export function serve(options: ServeOptions): Promise<number> {
  let buckets: readonly string[] = [];
  const onExecution: LocalOptions['onExecution'] = (execution, { stateMachine, startedBy }) => {
    // Executions started by a rescan are for uploads that have their own execution.
    if (startedBy !== undefined) return;
    execution.result.then((result) => {
      if (result.status === 'ABORTED') return; // by Ctrl-C: it has no result
      if (stateMachine === 'rescan-bucket') printRescanEnd(execution.input, result, options.testSignatures);
      else printScanEnd(execution.input, result, { named: buckets.length > 1, ...options });
    });
  };
  return withPipeline(
    { ...options, onExecution, followsPublished: true, onUndelivered: warn },
    async (pipeline, interrupted) => {
      buckets = watchedBuckets(pipeline.stack);
      const profile = profileOf(pipeline);
      const file = profileFile();
      if (!writeProfile(profile, file)) {
        warn(
          `${file} is of another pipeline that runs: to keep one for this, set AIRLOCK_LOCAL_PROFILE to another file`,
        );
      }
      let page: Console | undefined;
      try {
        page = options.console === false ? undefined : await startPage(profile, options.port);
        process.stdout.write(`${welcome(profile, buckets, page?.url).join('\n')}\n\n`);
        await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
      } finally {
        await page?.close();
        removeProfile(file);
      }
      return 0;
    },
  );
}

const startPage = (pipeline: Profile, port: LocalOptions['port']) =>
  startConsole({ pipeline, page: pageFiles, port: portOf('console', port) });

function welcome(
  { endpoints, people, region, certificateAuthority, snsHost }: Profile,
  buckets: readonly string[],
  page: string | undefined,
): string[] {
  const names = new Intl.ListFormat('en-GB').format(buckets.map(colours.bold));
  const environment = {
    ...Object.fromEntries(Object.entries(endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service}`, url])),
    AWS_REGION: region,
    // The only one that version 1 of the AWS CLI supports.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: people.uploader.accessKeyId,
    AWS_SECRET_ACCESS_KEY: people.uploader.secretAccessKey,
    AIRLOCK_CERTIFICATE_AUTHORITY: certificateAuthority,
    AIRLOCK_SNS_HOST: snsHost,
  };
  const [uploader, reader, operator] = [people.uploader, people.reader, people.operator].map((one) => one.accessKeyId);
  return [
    `${colours.bold('s3-airlock')} is listening; every upload to ${names} is scanned. Ctrl-C stops it.`,
    ...(page === undefined ? [] : [`Console: ${colours.bold(page)}`]),
    '',
    ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
    '',
    'Clients that do not read AWS_ENDPOINT_URL_S3 (docs/local-clients.md):',
    ...clientLines(endpoints.S3 ?? '', buckets[0] ?? '').map((line) => `  ${line}`),
    '',
    `Access keys: ${uploader} may upload, ${reader} may read what is CLEAN, ${operator} may do everything.`,
    "The operator's commands: npx airlock --local --help. These lines again, for each of the three: npx airlock local env --as reader",
  ];
}

function printScanEnd(
  input: unknown,
  result: ExecutionResult,
  { named, testSignatures }: Pick<LocalOptions, 'testSignatures'> & { readonly named: boolean },
): void {
  const { bucket } = (input as { detail?: { bucket?: { name?: string } } } | null)?.detail ?? {};
  printScanLine(underTest(toScanRecord(result), testSignatures), named ? bucket?.name : undefined);
}

function printRescanEnd(input: unknown, result: ExecutionResult, testSignatures = false): void {
  const { bucket = '', prefix = '' } = (input ?? {}) as { bucket?: unknown; prefix?: unknown };
  const name = prefix === '' ? `${bucket}` : `${bucket}/${prefix}`;
  printRescanLine(name, toRescanRecord(result), testSignatures ? 'test' : null);
}
