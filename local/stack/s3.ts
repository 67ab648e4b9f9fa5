import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { EventBus } from '../../emulator/event-bridge/event-bus.ts';
import type { Authorizer } from '../../emulator/iam/authorizer.ts';
import { type S3Server, type S3ServerOptions, startS3Server } from '../../emulator/s3/server.ts';
import { createBuckets } from './buckets.ts';

export interface S3Props {
  readonly stack: LocalStack;
  readonly iam: Authorizer;
  readonly bus: EventBus;
  /** Folder of the whole stack, with the contents of objects. */
  readonly folder: string;
  readonly port: number | undefined;
  readonly onRequest: S3ServerOptions['onRequest'] | undefined;
}

/** S3 with the template's buckets; sends their events to the bus. */
export async function startS3(props: S3Props, onClose: (end: () => unknown) => void): Promise<S3Server> {
  const { stack, iam, bus, folder, port = 0, onRequest } = props;
  const root = join(folder, 's3');
  await mkdir(root);
  const s3 = await startS3Server({
    root,
    port,
    authorize: iam.s3,
    onEvent: (event) => bus.put(event),
    ...(onRequest && { onRequest }),
  });
  onClose(() => s3.close());
  createBuckets(stack, s3);
  return s3;
}
