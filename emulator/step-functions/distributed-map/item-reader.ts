import { ListObjectsV2Command, type ListObjectsV2CommandInput, type S3Client } from '@aws-sdk/client-s3';

/**
 * The objects of a listing in the format of Step Functions, page by page.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export async function* listedItems(s3: S3Client, parameters: object): AsyncGenerator<object> {
  const { Bucket, Prefix } = parameters as ListObjectsV2CommandInput;
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    for (const { ETag, Key, LastModified, Size, StorageClass } of page.Contents ?? []) {
      yield { Etag: ETag, Key, LastModified: (LastModified?.getTime() ?? 0) / 1000, Size, StorageClass };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}
