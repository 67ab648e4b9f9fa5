import { checkBucketName } from '../bucket-name.ts';
import { malformedXml, notImplemented, S3Error } from '../errors.ts';
import { readText, readXml } from '../payload.ts';
import { childrenOf, textOf } from '../xml.ts';
import type { Action } from './action.ts';

export const listBuckets: Action = async (call) => {
  await call.authorize('s3:ListAllMyBuckets', '', '');
  const Bucket = call.state.buckets
    .list()
    .map(({ name, created }) => ({ Name: name, CreationDate: created.toISOString() }));
  const { account } = call.state;
  const content = { Buckets: { Bucket }, Owner: { ID: account, DisplayName: account } };
  call.respond(200, {}, { root: 'ListAllMyBucketsResult', content });
};

export const createBucket: Action = async (call) => {
  checkBucketName(call.bucket);
  await call.authorize('s3:CreateBucket', call.bucket, '');
  // In us-east-1 only, creating one's own bucket again succeeds:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html (BucketAlreadyOwnedByYou)
  const again = call.state.region === 'us-east-1' && call.state.buckets.lookup(call.bucket) !== undefined;
  if (!again) call.state.buckets.createBucket(call.bucket);
  call.respond(200, { Location: `/${call.bucket}` });
};

export const headBucket: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:ListBucket', call.bucket, '');
  call.respond(200, { 'x-amz-bucket-region': call.state.region });
};

export const deleteBucket: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:DeleteBucket', call.bucket, '');
  call.state.buckets.deleteBucket(call.bucket);
  call.respond(204);
};

export const getBucketLocation: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:GetBucketLocation', call.bucket, '');
  const { region } = call.state;
  // us-east-1 is the empty location.
  const text = region === 'us-east-1' ? '' : region;
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`;
  call.respondHeaders(200, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(xml) });
  call.response.end(xml);
};

export const getBucketVersioning: Action = async (call) => {
  const { versioning } = call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:GetBucketVersioning', call.bucket, '');
  const Status = { enabled: 'Enabled', suspended: 'Suspended', off: undefined }[versioning];
  call.respond(200, {}, { root: 'VersioningConfiguration', content: { Status } });
};

export const putBucketVersioning: Action = async (call) => {
  const bucket = call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:PutBucketVersioning', call.bucket, '');
  const status = textOf(await readXml(call, 'VersioningConfiguration'), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  bucket.versioning = status === 'Enabled' ? 'enabled' : 'suspended';
  call.respond(200);
};

export const getBucketPolicy: Action = async (call) => {
  const { policy } = call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:GetBucketPolicy', call.bucket, '');
  if (policy === undefined) {
    throw new S3Error(404, 'NoSuchBucketPolicy', 'The bucket policy does not exist', {
      details: { BucketName: call.bucket },
    });
  }
  const text = JSON.stringify(policy);
  call.respondHeaders(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  call.response.end(text);
};

/** Accepted if it is a JSON object of at most 20 KB; only the authorizer evaluates it. */
export const putBucketPolicy: Action = async (call) => {
  const bucket = call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:PutBucketPolicy', call.bucket, '');
  const text = await readText(call, { maxBytes: 20_480 });
  const policy = parseJson(text);
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) throw malformedPolicy();
  bucket.policy = policy;
  call.respond(204);
};

export const deleteBucketPolicy: Action = async (call) => {
  const bucket = call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:DeleteBucketPolicy', call.bucket, '');
  bucket.policy = undefined;
  call.respond(204);
};

export const getBucketNotification: Action = async (call) => {
  const { eventBridge } = call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:GetBucketNotification', call.bucket, '');
  const content = { EventBridgeConfiguration: eventBridge ? '' : undefined };
  call.respond(200, {}, { root: 'NotificationConfiguration', content });
};

/** EventBridge on or off; queues, topics and functions are refused. */
export const putBucketNotification: Action = async (call) => {
  const bucket = call.state.buckets.bucket(call.bucket);
  await call.authorize('s3:PutBucketNotification', call.bucket, '');
  const configuration = await readXml(call, 'NotificationConfiguration');
  const other = configuration.children.find(({ name }) => name !== 'EventBridgeConfiguration');
  if (other !== undefined) throw notImplemented(`${other.name} in PutBucketNotificationConfiguration`);
  bucket.eventBridge = childrenOf(configuration, 'EventBridgeConfiguration').length > 0;
  call.respond(200);
};

const malformedPolicy = () =>
  new S3Error(400, 'MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedPolicy();
  }
}
