import { Readable } from 'node:stream';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { ObjectGone } from '../../domain/errors.ts';
import type { Format } from '../../domain/report/files.ts';
import type { ReportFiles } from '../../domain/report/ports.ts';
import { s3Settings } from '../aws/sdk-client.ts';
import { translated } from '../aws/storage-errors.ts';
import { type Environment, requiredString } from '../process/environment.ts';

const TYPES: Readonly<Record<Format, string>> = { csv: 'text/csv; charset=utf-8', json: 'application/json' };

/** Files in `RESULTS_BUCKET`. */
export function createReportFiles(env: Environment): ReportFiles {
  const client = new S3Client(s3Settings(env));
  const Bucket = requiredString(env, 'RESULTS_BUCKET');

  /** Start of the report whose copy is there, ISO 8601; undefined where there is none. */
  async function startOf(Key: string): Promise<string | undefined> {
    try {
      const { Metadata } = await translated(`HeadObject ${Key}`, () =>
        client.send(new HeadObjectCommand({ Bucket, Key })),
      );
      return Metadata?.start;
    } catch (fault) {
      if (fault instanceof ObjectGone) return undefined;
      throw fault;
    }
  }

  return {
    bucket: Bucket,
    async write(Key, Body) {
      await translated(`PutObject ${Key}`, () => client.send(new PutObjectCommand({ Bucket, Key, Body })));
    },
    read: (Key) =>
      translated(`GetObject ${Key}`, async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToString()) ?? '';
      }),
    async writeLarge(Key, format, start, texts) {
      const params = { Bucket, Key, ContentType: TYPES[format], Metadata: { start }, Body: Readable.from(texts) };
      // Aborts the parts itself when it fails.
      await translated(`upload ${Key}`, () => new Upload({ client, params }).done());
    },
    async publish(from, Key, start) {
      const there = await startOf(Key);
      if (there !== undefined && there > start) return;
      const CopySource = `${Bucket}/${encodeURIComponent(from)}`;
      // It has no tags, and nobody needs to be allowed to read them.
      const command = new CopyObjectCommand({ Bucket, Key, CopySource, TaggingDirective: 'REPLACE' });
      await translated(`CopyObject ${Key}`, () => client.send(command));
    },
  };
}
