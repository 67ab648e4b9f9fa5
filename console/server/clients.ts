import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** In whose name a service is called. */
export type Person = 'uploader' | 'reader' | 'operator';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** How to talk to a running pipeline: local/profile.ts writes it. */
export interface Pipeline {
  readonly stack: string;
  readonly region: string;
  /** By what follows `AWS_ENDPOINT_URL_` in the variable of the SDKs. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly people: Readonly<Record<Person, Credentials>> & {
    /** Who may work in the quarantine, where the configuration says so. */
    readonly investigator?: Credentials | undefined;
  };
}

const nothing = () => undefined;
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The clients of the SDK, which alone know the services' protocols. */
export function clientsOf({ endpoints, region, people }: Pipeline, person: Person | 'investigator') {
  const as = (service: string) => ({
    endpoint: endpoints[service] ?? '',
    region,
    credentials: people[person] ?? people.operator,
    // One again, because a service may close a connection at rest just when it is used. No more: the page asks again
    // anyway, and somebody who looks at it is to see at once that the pipeline is gone.
    maxAttempts: 2,
  });
  return {
    states: new SFNClient(as('SFN')),
    logs: new CloudWatchLogsClient(as('CLOUDWATCH_LOGS')),
    cloudwatch: new CloudWatchClient(as('CLOUDWATCH')),
    sqs: new SQSClient(as('SQS')),
    sns: new SNSClient(as('SNS')),
    s3: new S3Client({
      ...as('S3'),
      forcePathStyle: true,
      // A stream is sent as it comes, without a checksum behind it, and cannot be sent again: on a connection of its own.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      // The SDK warns of each that ends early on the terminal; the page says so where it was begun.
      ...(person === 'uploader' && { requestHandler: { httpAgent: { keepAlive: false } }, logger: SILENT }),
    }),
  };
}

export type Clients = ReturnType<typeof clientsOf>;
export type Service = keyof Clients;
