import { REGION } from '../cloudformation/template.ts';
import { accessKeyIdOf } from '../lambda/functions.ts';
import { colours } from '../output/colours.ts';
import { printScanLine } from '../output/scan-lines.ts';
import { OPERATOR, READER, UPLOADER } from '../pipeline.ts';
import { toScanRecord } from '../scan-record.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

/** Keeps the pipeline running for whoever wants to upload to it, until Ctrl-C. @returns the exit code */
export function serve(options: LocalOptions): Promise<number> {
  const onExecution: LocalOptions['onExecution'] = (execution) => {
    execution.result.then((result) => printScanLine(toScanRecord(result)));
  };
  return withPipeline({ ...options, onExecution }, async ({ s3, endpoints, bucket }, interrupted) => {
    const environment = {
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
      AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoints.cloudFormation,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: `${accessKeyIdOf(UPLOADER)} (may upload), ${accessKeyIdOf(READER)} (may read what is CLEAN), ${accessKeyIdOf(OPERATOR)} (may do everything)`,
      AWS_SECRET_ACCESS_KEY: 'anything',
    };
    process.stdout.write(
      [
        `${colours.bold('s3-airlock')} is listening; every upload to ${colours.bold(bucket)} is scanned. Ctrl-C stops it.`,
        '',
        ...Object.entries(environment).map(([name, value]) => `  ${name.padEnd(31)}  ${value}`),
        '',
        '',
      ].join('\n'),
    );
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    return 0;
  });
}
