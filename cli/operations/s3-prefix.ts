import { oneLine } from '../../functions/domain/one-line.ts';

/** A bucket, or the part of it whose keys begin with a prefix. */
export interface S3Prefix {
  readonly bucket: string;
  /** As S3 has it: nothing is decoded. */
  readonly prefix: string;
}

/** `BUCKET`, `s3://BUCKET` or `s3://BUCKET/PREFIX`. @throws Error */
export function readS3Prefix(text: string): S3Prefix {
  const [, bucket, prefix = ''] = /^(?:s3:\/\/)?([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket === undefined || (prefix !== '' && !text.startsWith('s3://'))) {
    throw new Error(`${oneLine(JSON.stringify(text))} names no bucket: BUCKET, s3://BUCKET and s3://BUCKET/PREFIX do`);
  }
  return { bucket, prefix };
}
