/** What a row says about an execution: read from its input and its output. */
export interface Digest {
  /** The key of the upload; of a rescan the bucket and the prefix. */
  readonly title: string;
  readonly bucket: string | undefined;
  readonly versionId: string | undefined;
  /** Bytes of the upload. */
  readonly size: number | undefined;
  readonly verdict: string | undefined;
  /** Signature or reason; of a rescan its totals. */
  readonly finding: string | undefined;
}

interface UploadInput {
  readonly detail?: {
    readonly bucket?: { readonly name?: string };
    readonly object?: { readonly key?: string; readonly size?: number; readonly 'version-id'?: string };
  };
  /** Of a rescan. */
  readonly bucket?: string;
  readonly prefix?: string;
}
interface Output {
  readonly verdict?: { readonly status?: string; readonly finding?: string | null };
  /** Of a rescan. */
  readonly scanned?: number;
  readonly infected?: number;
  readonly failed?: number;
}

/** Both are JSON texts; what is not as expected leaves its fields out. */
export function digestOf(input: string | undefined, output: string | undefined): Digest {
  const { detail, bucket, prefix = '' } = parse<UploadInput>(input);
  const { verdict, scanned, infected, failed } = parse<Output>(output);
  const { key, size, 'version-id': versionId } = detail?.object ?? {};
  return {
    title: key ?? (bucket === undefined ? '' : `${bucket}/${prefix}`),
    bucket: detail?.bucket?.name ?? bucket,
    ...{ versionId, size },
    verdict: verdict?.status,
    finding:
      verdict?.finding ??
      (scanned === undefined ? undefined : `${scanned} scanned, ${infected} infected, ${failed} failed`),
  };
}

function parse<T extends object>(text: string | undefined): Partial<T> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}
