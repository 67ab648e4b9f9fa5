import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import express, { type Express } from 'express';
import { createUploads, uploadHandler } from 's3-airlock/upload';
import { signIn, userOf } from './session.ts';
import { webhook } from './webhook.ts';

export interface Settings {
  readonly s3: S3Client;
  /** A watched bucket. */
  readonly bucket: string;
  /** Where its verdicts are published. */
  readonly topicArn: string;
  /** Signs the upload tickets. */
  readonly secret: string;
  /** File of the module `s3-airlock/upload/browser`. */
  readonly browserModule: string;
  readonly trustedSnsHost?: RegExp | undefined;
}

const MAX_BYTES = 100 * 1024 * 1024;

/** A page that uploads, and the webhook that hears what the scan makes of it. */
export function createApp({ s3, bucket, topicArn, secret, browserModule, trustedSnsHost }: Settings): Express {
  const uploads = createUploads({ s3, bucket, secret, maxBytes: MAX_BYTES, checksum: 'sha256' });
  const app = express();
  app.use('/uploads', uploadHandler(uploads, { userOf }));
  app.use(
    '/verdicts',
    webhook({ topicArn, trustedHost: trustedSnsHost, onNotification: (body) => uploads.verdict(body) }),
  );
  app.get('/upload.js', (_, response) => response.sendFile(browserModule));
  app.use(signIn, express.static(join(import.meta.dirname, 'public')));
  return app;
}
