import type { Body } from './bodies.ts';
import type { Call } from './call.ts';
import {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  createHasher,
  hashOf,
  toAlgorithm,
} from './checksums.ts';
import { invalidRequest } from './errors.ts';
import { badDigest, declaredAlgorithm } from './payload.ts';
import type { Part, Upload } from './uploads.ts';

/** By algorithm, the type that an upload gets unless it asks for another, and those it may ask for. */
const TYPES: Readonly<Record<ChecksumAlgorithm, readonly [Checksum['type'], ...Checksum['type'][]]>> = {
  CRC32: ['COMPOSITE', 'FULL_OBJECT'],
  CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
  CRC64NVME: ['FULL_OBJECT'],
  SHA1: ['COMPOSITE'],
  SHA256: ['COMPOSITE'],
};

type Declared = Pick<Upload<Body>, 'checksumAlgorithm' | 'checksumType'>;

/**
 * What CreateMultipartUpload asks for.
 * @throws S3Error InvalidRequest
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function askedChecksum(call: Call): Declared {
  const name = call.header('x-amz-checksum-algorithm');
  const type = call.header('x-amz-checksum-type');
  const checksumAlgorithm = toAlgorithm(name);
  if (type !== undefined && type !== 'COMPOSITE' && type !== 'FULL_OBJECT') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  if (name !== undefined && checksumAlgorithm === undefined) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: ' +
        `[${CHECKSUM_ALGORITHMS.join(', ')}]`,
    );
  }
  if (checksumAlgorithm === undefined) {
    if (type === undefined) return { checksumAlgorithm, checksumType: 'FULL_OBJECT' };
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const types = TYPES[checksumAlgorithm];
  if (type !== undefined && !types.includes(type)) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${checksumAlgorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { checksumAlgorithm, checksumType: type ?? types[0] };
}

/**
 * The checksum that a part gets: what it came with, or for a full-object checksum what S3 computes.
 * @throws S3Error InvalidRequest when it is of another algorithm, or missing where only the client can combine them
 */
export async function checksumOfPart(
  call: Call,
  { checksumAlgorithm: expected, checksumType }: Declared,
  given: Checksum | undefined,
  body: Body,
): Promise<Checksum | undefined> {
  if (expected === undefined || given?.algorithm === expected) return given;
  if (given === undefined && checksumType === 'FULL_OBJECT') return computed(call, expected, body);
  const [wanted, actual] = [expected, given?.algorithm].map((algorithm) => algorithm?.toLowerCase() ?? 'null');
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${wanted}, actual checksum Type: ${actual}`,
  );
}

/** A full-object checksum. */
export async function computed(call: Call, algorithm: ChecksumAlgorithm, body: Body): Promise<Checksum> {
  const value = (await hashOf(algorithm, call.state.bodies.read(body))).toString('base64');
  return { algorithm, value, type: 'FULL_OBJECT' };
}

/** Of the whole content or of the parts' checksums; none if the upload was created without one. */
export async function checksumOfUpload(
  call: Call,
  { checksumAlgorithm: algorithm, checksumType }: Declared,
  parts: readonly Part<Body>[],
  body: Body,
): Promise<Checksum | undefined> {
  if (algorithm === undefined) return undefined;
  if (checksumType === 'FULL_OBJECT') return computed(call, algorithm, body);
  const hasher = createHasher(algorithm);
  for (const { checksum } of parts) hasher.update(Buffer.from(checksum?.value ?? '', 'base64'));
  return { algorithm, value: `${(await hasher.digest()).toString('base64')}-${parts.length}`, type: 'COMPOSITE' };
}

/**
 * Holds the result against what CompleteMultipartUpload declares about the object: checksum and type, in headers. For
 * an upload without an algorithm S3 accepts a checksum unread.
 * @throws S3Error BadDigest
 */
export function checkDeclared(call: Call, upload: Declared, checksum: Checksum | undefined): void {
  const declared = declaredAlgorithm(call);
  if (checksum === undefined) return;
  const type = call.sentHeader('x-amz-checksum-type');
  if (type !== undefined && type !== upload.checksumType) throw badDigest('checksum type');
  if (declared === undefined) return;
  const value = call.sentHeader(checksumHeader(declared)) ?? '';
  // Of a composite checksum clients may omit the number of parts.
  const accepted = [checksum.value, checksum.value.replace(/-\d+$/, '')];
  if (declared !== checksum.algorithm || !accepted.includes(value)) throw badDigest(declared);
}
