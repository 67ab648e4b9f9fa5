import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32cJs, Crc64NvmeJs } from '@aws-sdk/checksums/crc';

/** In S3's spelling; `x-amz-checksum-<lower case>` is the header. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64, for a composite one followed by `-<parts>`. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface Hasher {
  update(chunk: Uint8Array): void;
  digest(): Promise<Buffer>;
}

export const checksumHeader = (algorithm: string): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** As an element of an XML answer. */
export const checksumElement = (checksum: Pick<Checksum, 'algorithm' | 'value'> | undefined) =>
  checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value };

export function toAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name?.toUpperCase());
}

export function createHasher(algorithm: ChecksumAlgorithm | 'MD5'): Hasher {
  switch (algorithm) {
    case 'CRC32':
      return crc32Hasher();
    case 'CRC32C':
      return adapt(new Crc32cJs());
    case 'CRC64NVME':
      return adapt(new Crc64NvmeJs());
    default: {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (chunk) => void hash.update(chunk), digest: async () => hash.digest() };
    }
  }
}

export async function hashOf(algorithm: ChecksumAlgorithm | 'MD5', chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const hasher = createHasher(algorithm);
  for await (const chunk of chunks) hasher.update(chunk);
  return hasher.digest();
}

function crc32Hasher(): Hasher {
  let value = 0;
  return {
    update: (chunk) => {
      value = crc32(chunk, value);
    },
    digest: async () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

function adapt(checksum: { update(chunk: Uint8Array): void; digest(): Promise<Uint8Array> }): Hasher {
  return { update: (chunk) => checksum.update(chunk), digest: async () => Buffer.from(await checksum.digest()) };
}
