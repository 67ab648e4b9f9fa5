/** The S3 operation of a request, by AWS's name; not all are implemented here. */
export function operationOf(request: {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly header: (name: string) => string | undefined;
}): string {
  const { method, bucket, key, query } = request;
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : `${method} on the service`;
  const level = key === '' ? 'Bucket' : 'Object';
  const subresource = SUBRESOURCES.find((name) => query.has(name));
  if (subresource !== undefined) {
    const known = NAMED[`${method} ${level} ${subresource}`];
    return known ?? `${method} ${level} ?${subresource}`;
  }
  if (level === 'Object') return objectOperation(method, query, request.header);
  if (method === 'POST' && (request.header('content-type') ?? '').startsWith('multipart/form-data'))
    return 'PostObject';
  if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
  return PLAIN[`${method} Bucket`] ?? `${method} Bucket`;
}

function objectOperation(
  method: string,
  query: ReadonlyMap<string, string>,
  header: (name: string) => string | undefined,
): string {
  const copies = header('x-amz-copy-source') !== undefined;
  if (query.has('uploadId')) {
    if (method === 'PUT') return copies ? 'UploadPartCopy' : 'UploadPart';
    return NAMED[`${method} Object uploadId`] ?? `${method} Object ?uploadId`;
  }
  if (method === 'PUT') return copies ? 'CopyObject' : 'PutObject';
  return PLAIN[`${method} Object`] ?? `${method} Object`;
}

const PLAIN: Readonly<Record<string, string>> = {
  'PUT Bucket': 'CreateBucket',
  'HEAD Bucket': 'HeadBucket',
  'DELETE Bucket': 'DeleteBucket',
  'GET Object': 'GetObject',
  'HEAD Object': 'HeadObject',
  'DELETE Object': 'DeleteObject',
};

const NAMED: Readonly<Record<string, string>> = {
  'GET Bucket location': 'GetBucketLocation',
  'GET Bucket versioning': 'GetBucketVersioning',
  'PUT Bucket versioning': 'PutBucketVersioning',
  'GET Bucket policy': 'GetBucketPolicy',
  'PUT Bucket policy': 'PutBucketPolicy',
  'DELETE Bucket policy': 'DeleteBucketPolicy',
  'GET Bucket notification': 'GetBucketNotificationConfiguration',
  'PUT Bucket notification': 'PutBucketNotificationConfiguration',
  'GET Bucket versions': 'ListObjectVersions',
  'GET Bucket uploads': 'ListMultipartUploads',
  'POST Bucket delete': 'DeleteObjects',
  'GET Object tagging': 'GetObjectTagging',
  'PUT Object tagging': 'PutObjectTagging',
  'DELETE Object tagging': 'DeleteObjectTagging',
  'GET Object attributes': 'GetObjectAttributes',
  'POST Object uploads': 'CreateMultipartUpload',
  'POST Object uploadId': 'CompleteMultipartUpload',
  'DELETE Object uploadId': 'AbortMultipartUpload',
  'GET Object uploadId': 'ListParts',
};

/** Query parameters that choose the operation. All others are options; unknown ones are ignored, as in S3. */
const SUBRESOURCES = [
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'annotation',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataAnnotationTable',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploads',
  'versioning',
  'versions',
  'website',
];
