import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { checkKey } from '../address.ts';
import { readAttributes } from '../attributes.ts';
import type { Body } from '../bodies.ts';
import type { StoredObject } from '../buckets.ts';
import type { Call } from '../call.ts';
import { createHasher } from '../checksums.ts';
import { invalidArgument, S3Error } from '../errors.ts';
import { signatureVersion2 } from '../identity.ts';
import { MAX_UPLOAD_BYTES } from '../payload.ts';
import { checkPostPolicy } from '../post-policy.ts';
import type { Action } from './action.ts';
import { readTagging } from './object-tagging.ts';
import { authorizePut } from './put-object.ts';
import { etagOf, storedHeaders } from './shared.ts';

/** An upload by a browser's form. Fields after the file are ignored, as S3 does. */
export const postObject: Action = async (call) => {
  call.state.buckets.bucket(call.bucket);
  const fields = new Map<string, string>();
  let work: Promise<StoredObject<Body>> | undefined;
  const form = openForm(call);
  const store = (file: Readable, fileName: string) => {
    work = storeFile(call, fields, file, fileName);
    // A refused request is still read to its end, so that the client can read the answer.
    work.catch(() => file.resume());
  };
  form.on('field', (name, value) => {
    if (work !== undefined) return;
    if (name === 'file') store(Readable.from(Buffer.from(value)), '');
    else fields.set(name.toLowerCase(), value);
  });
  form.on('file', (name, file, { filename }) => {
    if (name === 'file' && work === undefined) store(file, filename ?? '');
    else file.resume();
  });
  await pipeline(call.body(), form);
  if (work === undefined) throw invalidArgument('POST requires exactly one file upload per request.', 'file');
  const version: StoredObject<Body> = await work;
  answer(call, fields, version);
};

function openForm(call: Call): busboy.Busboy {
  try {
    const limits = { fieldSize: 20_480, fields: 100, fileSize: MAX_UPLOAD_BYTES };
    return busboy({ headers: call.request.headers, defParamCharset: 'utf8', limits });
  } catch {
    throw new S3Error(
      400,
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
    );
  }
}

async function storeFile(
  call: Call,
  fields: ReadonlyMap<string, string>,
  file: Readable,
  fileName: string,
): Promise<StoredObject<Body>> {
  const { bodies, buckets, clock } = call.state;
  const template = fields.get('key');
  if (template === undefined || template === '') {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the fields.",
      'key',
    );
  }
  const key = checkKey(template.replaceAll(`$\{filename}`, () => fileName));
  // What was no UTF-8 has become this character, which no client sends on purpose.
  if (key.includes('\ufffd')) throw invalidArgument('The key is not UTF-8.', 'key', key);
  if (fields.has('awsaccesskeyid')) throw signatureVersion2();
  const credential = fields.get('x-amz-credential');
  call.caller = { accessKeyId: credential?.split('/', 1)[0], authType: 'POST' };
  const policy = checkPostPolicy(fields, call.bucket, clock());
  const tagging = fields.get('tagging');
  const tags = tagging === undefined ? {} : readTagging(tagging);
  call.useForm(fields);
  const attributes = readAttributes({ names: fields.keys(), get: (name) => call.header(name) });
  await authorizePut(call, key, tags);
  const md5 = createHasher('MD5');
  let size = 0;
  const body = await bodies.write(
    (async function* () {
      for await (const chunk of file as AsyncIterable<Buffer>) {
        md5.update(chunk);
        size += chunk.length;
        yield chunk;
      }
      policy.checkSize(size);
    })(),
  );
  const etag = etagOf(await md5.digest(), attributes.customerKeyMd5);
  const version = bodies.handOver(body, () => buckets.put(call.bucket, key, { body, size, etag, tags, attributes }));
  call.emit({ type: 'Object Created', version, reason: 'POST Object' });
  return version;
}

function answer(call: Call, fields: ReadonlyMap<string, string>, version: StoredObject<Body>): void {
  const location = `http://${call.request.headers.host}/${call.bucket}/${encodeURIComponent(version.key)}`;
  const headers = { ...storedHeaders(call, version), Location: location };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    url.searchParams.set('bucket', call.bucket);
    url.searchParams.set('key', version.key);
    url.searchParams.set('etag', `"${version.etag}"`);
    call.respond(303, { ...headers, Location: url.href });
    return;
  }
  const status = fields.get('success_action_status');
  if (status === '201') {
    const content = { Location: location, Bucket: call.bucket, Key: version.key, ETag: `"${version.etag}"` };
    call.respond(201, headers, { root: 'PostResponse', content });
    return;
  }
  call.respond(status === '200' ? 200 : 204, headers);
}
