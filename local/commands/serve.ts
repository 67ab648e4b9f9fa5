import { REGION } from '../../emulator/cloudformation/template.ts';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { colours } from '../output/colors.ts';
import { printRescanLine } from '../output/rescan-lines.ts';
import { printScanLine } from '../output/scan-lines.ts';
import { watchedBuckets } from '../stack/buckets.ts';
import { OPERATOR, type Pipeline, READER, UPLOADER } from '../stack/pipeline.ts';
import { toRescanRecord } from './rescan-record.ts';
import { toScanRecord, underTest } from './scan-record.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

/** Keeps the pipeline running for uploads until Ctrl-C. @returns the exit code */
export function serve(options: LocalOptions): Promise<number> {
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
  return withPipeline({ ...options, onExecution, followsPublished: true }, async (pipeline, interrupted) => {
    buckets = watchedBuckets(pipeline.stack);
    process.stdout.write(`${welcome(pipeline, buckets).join('\n')}\n\n`);
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    return 0;
  });
}

function welcome({ s3, endpoints }: Pipeline, buckets: readonly string[]): string[] {
  const names = new Intl.ListFormat('en-GB').format(buckets.map(colours.bold));
  const environment = {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_ENDPOINT_URL_CLOUDFORMATION: endpoints.cloudFormation,
    AWS_ENDPOINT_URL_CLOUDWATCH: endpoints.cloudWatch,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoints.logs,
    AWS_ENDPOINT_URL_STS: endpoints.sts,
    AWS_REGION: REGION,
    // The only one that version 1 of the AWS CLI supports.
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyIdOf(UPLOADER),
    AWS_SECRET_ACCESS_KEY: 'anything',
  };
  const [uploader, reader, operator] = [UPLOADER, READER, OPERATOR].map(accessKeyIdOf);
  return [
    `${colours.bold('s3-airlock')} is listening; every upload to ${names} is scanned. Ctrl-C stops it.`,
    '',
    ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
    '',
    `Access keys: ${uploader} may upload, ${reader} may read what is CLEAN, ${operator} may do everything.`,
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
