import {
  ConfirmSubscriptionCommand,
  ListSubscriptionsByTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { OPERATOR, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, CONFIG, VERSIONED } from '../support/airlock.ts';
import { type Subscriber, startSubscriber } from '../support/sns-subscriber.ts';
import { RailsApplication } from './application.ts';
import { PAGE_ORIGIN } from './direct-upload.ts';

/** The pipeline, and the application as a stranger to it: with its endpoints, a user's key and the topic's ARN. */
export interface Stack {
  readonly airlock: Airlock;
  readonly app: RailsApplication;
  readonly sns: SNSClient;
  readonly topicArn: string;
  /** Somebody else who gets the topic's messages. */
  readonly listener: Subscriber;
  /** Subscribes an address to the topic of that name. */
  subscribe(endpoint: string, topicArn?: string): Promise<void>;
  /** ARNs of the subscriptions by http, or `PendingConfirmation`. */
  subscriptions(): Promise<(string | undefined)[]>;
  /** Starts the execution once more, as an operator does after a failure. */
  startAgain(scanId: string): Promise<unknown>;
  /** Sends what no scan has said, as only the pipeline may. */
  publish(message: string): void;
  topicNamed(start: string): string;
  signBySha256(): Promise<void>;
  close(): Promise<void>;
}

export async function startStack(): Promise<Stack> {
  const [versioned, ...others] = CONFIG.buckets;
  const cors = [{ allowedOrigins: [PAGE_ORIGIN] }];
  const executions: Execution[] = [];
  const airlock = await Airlock.start({
    airlock: { ...CONFIG, buckets: [{ ...versioned, cors }, ...others] },
    onExecution: (execution) => executions.push(execution),
  });
  const { pipeline } = airlock;
  const topicNamed = (start: string) =>
    pipeline.stack.ofType('AWS::SNS::Topic').find(({ logicalId }) => logicalId.startsWith(start))?.arn ?? '';
  const topicArn = topicNamed('Notifications');
  const sns = new SNSClient({
    endpoint: pipeline.endpoints.sns,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'anything' },
  });
  const subscribe = async (Endpoint: string, TopicArn = topicArn) => {
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  };
  const listener = await startSubscriber();
  await subscribe(listener.endpoint);
  await listener.count(1);
  const { Token = '', SigningCertURL = '' } = listener.received[0]?.content ?? {};
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token }));
  const app = new RailsApplication({
    UPLOADS_BUCKET: VERSIONED,
    AWS_ACCESS_KEY_ID: accessKeyIdOf(UPLOADER),
    AWS_SECRET_ACCESS_KEY: 'anything',
    AWS_ENDPOINT_URL_S3: pipeline.s3.endpoint,
    SCAN_TOPIC_ARN: topicArn,
    SNS_CERTIFICATE_HOST: new URL(SigningCertURL).host,
    SSL_CERT_FILE: pipeline.certificateAuthority,
  });
  return {
    airlock,
    app,
    sns,
    topicArn,
    topicNamed,
    listener,
    subscribe,
    async subscriptions() {
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
      return Subscriptions.filter(({ Protocol }) => Protocol === 'http').map(({ SubscriptionArn }) => SubscriptionArn);
    },
    startAgain(scanId) {
      const failed = executions.find(({ arn }) => arn === scanId);
      const machine = pipeline.stack
        .ofType('AWS::StepFunctions::StateMachine')
        .find(({ logicalId }) => logicalId.startsWith('ScanUpload'));
      return pipeline.start(machine?.arn ?? '', failed?.input).result;
    },
    publish(message) {
      pipeline.topics.publish(topicArn, { message });
    },
    async signBySha256() {
      const signature = { AttributeName: 'SignatureVersion', AttributeValue: '2' };
      await sns.send(new SetTopicAttributesCommand({ TopicArn: topicArn, ...signature }));
    },
    async close() {
      sns.destroy();
      await listener.close();
      await app.close();
      await airlock.close();
    },
  };
}
