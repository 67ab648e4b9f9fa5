import { oneLine } from '../../functions/domain/one-line.ts';

export interface ObjectAddress {
  readonly bucket: string;
  /** As S3 has it: nothing is decoded. */
  readonly key: string;
}

/** @throws Error when it does not name an object */
export function readS3Uri(text: string): ObjectAddress {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/(.*)$/s.exec(text) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new Error(`${oneLine(JSON.stringify(text))} does not name an object: s3://BUCKET/KEY does`);
  }
  if (key === '') throw new Error(`${text} names no key: for a whole bucket or prefix there is \`airlock rescan\``);
  return { bucket, key };
}

/** For people: what a key holds cannot pass for output of ours. */
export const shownObject = ({ bucket, key }: ObjectAddress): string => `s3://${bucket}/${oneLine(key)}`;
