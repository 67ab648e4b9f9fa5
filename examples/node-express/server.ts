import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { createApp } from './app.ts';

const { BUCKET = '', TOPIC_ARN = '', UPLOAD_SECRET = '', SNS_HOST, PORT = '3000' } = process.env;
const missing = Object.entries({ BUCKET, TOPIC_ARN, UPLOAD_SECRET }).filter(([, value]) => value === '');
if (missing.length > 0) throw new Error(`set ${missing.map(([name]) => name).join(', ')}: README.md says to what`);

const app = createApp({
  // Region, credentials and endpoint come from the environment, as everywhere in AWS.
  s3: new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined }),
  bucket: BUCKET,
  topicArn: TOPIC_ARN,
  secret: UPLOAD_SECRET,
  browserModule: fileURLToPath(import.meta.resolve('s3-airlock/upload/browser')),
  // On your machine, where AWS's hosts are not: the host and port of the local SNS.
  ...(SNS_HOST !== undefined && { trustedSnsHost: new RegExp(`^${SNS_HOST.replaceAll('.', '\\.')}$`) }),
});
const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}`);
});
// Streams that wait for a verdict would keep the process; browsers ask again.
process.on('SIGTERM', () => server.close(() => process.exit()).closeAllConnections());
