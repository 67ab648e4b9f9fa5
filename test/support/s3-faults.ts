import {
  type Answer,
  type Fault,
  type FaultProxy,
  NETWORK_FAULTS,
  type NetworkFault,
  type Request,
  startFaultProxy,
} from './fault-proxy.ts';

/** What can happen to one S3 request on its way. */
export const S3_FAULTS = [
  ...NETWORK_FAULTS,
  'internalError',
  'slowDown',
  /** CopyObject fails after its 200 was sent: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
  'errorIn200',
  /** The same, and of the error only half arrives. */
  'halfErrorIn200',
  'wrongETag',
  'noETag',
  /** NoSuchKey for an existing object. */
  'notFound',
] as const;
export type S3Fault = (typeof S3_FAULTS)[number];

export interface S3Request {
  /** `GET`, `HEAD`, `COPY`, `DELETE`, `GET tagging`, `PUT tagging`, `DELETE tagging`; of a bucket `GET`, `GET versioning`. */
  readonly what: string;
  /** Where a copy comes from, not where it goes. */
  readonly bucket: string;
  /** Empty when a bucket is asked for. */
  readonly key: string;
  readonly versionId: string | undefined;
}

export interface S3FaultProxyOptions {
  /** Asked of every request, and awaited: what happens to it; undefined lets it pass. */
  readonly choose: (request: S3Request) => S3Fault | undefined | Promise<S3Fault | undefined>;
  /** Called once S3 has handled the request, before anyone else learns of it. */
  readonly onDone?: (request: S3Request) => void;
}

/** An S3 as its clients meet it. */
export function startS3FaultProxy({ choose, onDone }: S3FaultProxyOptions): Promise<FaultProxy> {
  return startFaultProxy({
    async choose(request) {
      const fault = await choose(parsed(request));
      return isOfNetwork(fault) ? fault : OF_S3[fault](request);
    },
    onDone: (request) => onDone?.(parsed(request)),
  });
}

function isOfNetwork(fault: S3Fault | undefined): fault is NetworkFault | undefined {
  return fault === undefined || (NETWORK_FAULTS as readonly string[]).includes(fault);
}

const OF_S3: Readonly<Record<Exclude<S3Fault, NetworkFault>, (request: Request) => Fault>> = {
  internalError: refusal(500, 'InternalError'),
  slowDown: refusal(503, 'SlowDown'),
  notFound: refusal(404, 'NoSuchKey'),
  errorIn200: refusal(200, 'InternalError'),
  halfErrorIn200: () => ({ instead: { ...HALF, body: HALF.body.subarray(0, HALF.body.length / 2) } }),
  wrongETag: () => ({ altered: withETag('"0123456789abcdef"') }),
  noETag: () => ({ altered: withETag(undefined) }),
};

const HALF = errorAnswer(200, 'InternalError');

function refusal(status: number, code: string): (request: Request) => Fault {
  const answer = errorAnswer(status, code);
  return ({ method }) => ({ instead: method === 'HEAD' ? { ...answer, body: Buffer.alloc(0) } : answer });
}

function errorAnswer(status: number, code: string): Answer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>x</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
}

function withETag(etag: string | undefined): (answer: Answer) => Answer {
  return (answer) => ({ ...answer, headers: { ...answer.headers, etag } });
}

function parsed({ method, url, headers }: Request): S3Request {
  const source = headers['x-amz-copy-source'];
  const { pathname, searchParams } = new URL(source === undefined ? url : `/${source}`, 'http://s3');
  const [, bucket = '', ...key] = pathname.split('/').map(decodeURIComponent);
  const subresource = ['tagging', 'versioning'].find((name) => searchParams.has(name));
  return {
    what: source !== undefined ? 'COPY' : [method, subresource].filter(Boolean).join(' '),
    bucket,
    key: key.join('/'),
    versionId: searchParams.get('versionId') ?? undefined,
  };
}
