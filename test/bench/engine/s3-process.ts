import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type S3Server, startS3Server } from '../../../emulator/s3/server.ts';
import { createPrivateFolder, removePrivateFolder } from '../../../functions/adapters/process/private-folder.ts';
import type { ListedObject } from '../../../functions/domain/rescan/payloads.ts';
import { serveJobs } from './helper.ts';
import { BUCKET } from './names.ts';

/** As a rescan finds objects that were CLEAN. */
const TAGS = { 'scan-status': 'CLEAN', 'scan-time': '2026-11-01T00:00:00.000Z' };

let folder: string | undefined;
let server: S3Server | undefined;

const JOBS = {
  /** @returns its endpoint */
  async start(parent: string): Promise<string> {
    folder = createPrivateFolder('bench-s3', parent);
    server = await startS3Server({ root: folder });
    server.createBucket(BUCKET);
    return server.endpoint;
  },
  /** Stores the files of a folder, and lists them as Step Functions does. */
  async store({ from, prefix }: { from: string; prefix: string }): Promise<ListedObject[]> {
    const items: ListedObject[] = [];
    for (const name of (await readdir(from)).sort()) {
      const Key = `${prefix}/${name}`;
      const stored = await server?.seed(BUCKET, Key, createReadStream(join(from, name)), { tags: TAGS });
      if (stored === undefined) throw new Error('not started');
      const LastModified = Math.floor(stored.lastModified.getTime() / 1000);
      items.push({ Key, Etag: `"${stored.etag}"`, Size: stored.size, LastModified, StorageClass: 'STANDARD' });
    }
    return items;
  },
};
export type S3Jobs = typeof JOBS;

serveJobs(JOBS, async () => {
  await server?.close();
  if (folder !== undefined) removePrivateFolder(folder);
});
