import { z } from 'zod';
import type { TicketRequest } from './protocol.ts';
import { UploadRefused } from './refused.ts';

export interface Limits {
  /** The largest file, bytes. */
  readonly maxBytes: number;
  /** Media types such as `application/pdf` or `image/*`; undefined allows what the pipeline's `allowedTypes` does. */
  readonly types: readonly string[] | undefined;
  readonly checksum: 'none' | 'sha256';
}

/** A file within the limits. */
export interface AcceptedFile {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly sha256: string | undefined;
}

/** S3's limit for one PUT: 5 GiB. */
export const LARGEST_PUT_BYTES = 5 * 1024 ** 3;
const LONGEST_NAME = 255;
/** Which browsers send, and the scan accepts for any content. */
const UNKNOWN_TYPE = 'application/octet-stream';

const Asked = z.object({
  name: z.string().min(1).max(LONGEST_NAME),
  size: z.int().nonnegative(),
  type: z.string().regex(/^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)?$/),
  sha256: z
    .string()
    .regex(/^[\w+/]{43}=$/)
    .optional(),
});

/** @throws UploadRefused for what is no request, and for a file outside the limits */
export function acceptFile(request: unknown, { maxBytes, types, checksum }: Limits): AcceptedFile {
  const parsed = Asked.safeParse(request);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'request').join(', ');
    throw new UploadRefused('invalid-request', `Not a valid request for a ticket: ${fields}.`, 'Rename the file.');
  }
  const { name, size, sha256 } = parsed.data satisfies { [Field in keyof TicketRequest]: unknown };
  const type = parsed.data.type.toLowerCase() || UNKNOWN_TYPE;
  if (size > maxBytes) {
    const limit = new Intl.NumberFormat('en-US').format(maxBytes);
    throw new UploadRefused('too-large', `The file is larger than ${limit} bytes.`, 'Upload a smaller file.');
  }
  if (types !== undefined && !types.some((each) => matches(each.toLowerCase(), type))) {
    throw new UploadRefused(
      'type-not-allowed',
      `Files of type ${type} are not accepted.`,
      `Upload ${types.join(' or ')}.`,
    );
  }
  if (checksum === 'sha256' && sha256 === undefined) {
    throw new UploadRefused(
      'checksum-missing',
      'The request has no SHA-256 of the file.',
      'Open the page by https: only then can a browser compute it.',
    );
  }
  return { name: withoutFolders(name), size, type, sha256: checksum === 'sha256' ? sha256 : undefined };
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** A name, whatever separates folders where the browser runs; characters that no name should have become `_`. */
function withoutFolders(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last.replaceAll(/\p{Cc}/gu, '_') || '_';
}
