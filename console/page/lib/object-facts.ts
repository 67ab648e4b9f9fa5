import { type DialectOfStack, type TaggedVerdict, taggedVerdict } from '../../../functions/domain/tagged-verdict.ts';
import { callEach, ServiceFault } from './call.ts';
import type { Version } from './listing.ts';

/** What is known of one version beside the listing. */
export interface Facts {
  readonly verdict: TaggedVerdict;
  readonly tags: ReadonlyMap<string, string>;
  /** The HTTP status that the identity `reader` gets when it asks for exactly this version. */
  readonly reader: number;
  /** Milliseconds since 1970. */
  readonly asked: number;
}

/** What a version has at most so long without a question; while it has no verdict, it is asked about at each look. */
const FRESH_MILLISECONDS = 5000;

export const factsKey = ({ key, versionId, etag, modified }: Version) =>
  JSON.stringify([key, versionId, etag, modified]);

export function isStale(version: Version, facts: Facts | undefined, now: number): boolean {
  const isScanning = version.size !== undefined && facts?.verdict.status === null;
  return facts === undefined || isScanning || now - facts.asked > FRESH_MILLISECONDS;
}

/**
 * Asks S3 for the tags of each version, and for the version itself as a reader. A delete marker has no tags; a reader
 * asks for what is behind it without its version.
 */
export async function readFacts(
  bucket: string,
  versions: readonly Version[],
  dialect: DialectOfStack,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Facts>> {
  const inputs = versions.map(({ key, versionId, size }) => ({
    Bucket: bucket,
    Key: key,
    ...(versionId !== 'null' && size !== undefined && { VersionId: versionId }),
  }));
  const [tagged, read] = await Promise.all([
    callEach('s3', 'GetObjectTagging', inputs, signal),
    callEach('s3', 'HeadObject', inputs, signal),
  ]);
  const asked = Date.now();
  return new Map(
    versions.flatMap((version, at) => {
      const [answer, head] = [tagged[at], read[at]];
      if (answer === undefined || head === undefined) return [];
      // Gone meanwhile: the next listing says so.
      if (answer instanceof ServiceFault && version.size !== undefined) return [];
      const { TagSet = [] } = answer instanceof ServiceFault ? {} : answer;
      const tags = new Map(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
      const reader = head instanceof ServiceFault ? head.status : 200;
      return [[factsKey(version), { verdict: taggedVerdict(tags, dialect), tags, reader, asked }]];
    }),
  );
}
