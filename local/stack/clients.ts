import { S3Client } from '@aws-sdk/client-s3';
import { REGION } from '../../emulator/cloudformation/template.ts';
import { accessKeyIdOf, credentialsOf } from '../../emulator/iam/principals.ts';

/** The caller gets the error; the SDK would also warn about an aborted upload on the console. */
const ignore = () => undefined;
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** S3 clients by principal: one each, because each keeps its connections open. */
export interface Clients {
  of(principalArn: string): S3Client;
  close(): void;
}

export function createClients(endpoint: string): Clients {
  const clients = new Map<string, S3Client>();
  return {
    of(principalArn) {
      const client = clients.get(principalArn) ?? clientOf(endpoint, principalArn);
      clients.set(principalArn, client);
      return client;
    },
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}

function clientOf(endpoint: string, principalArn: string): S3Client {
  const { AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = credentialsOf(principalArn);
  const credentials = { accessKeyId: accessKeyIdOf(principalArn), secretAccessKey };
  return new S3Client({ endpoint, region: REGION, forcePathStyle: true, credentials, logger: SILENT });
}
