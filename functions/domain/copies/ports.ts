import type { ObjectReference } from '../object-reference.ts';
import type { ListedVersion } from '../object-versions.ts';
import type { CurrentObject, Tags } from '../ports.ts';
import type { Place } from './copy-to.ts';

export type Metadata = Readonly<Record<string, string>>;

/** How S3 proves that two objects have the same bytes. */
export interface Proofs {
  /** Algorithm and value of a checksum over the whole content; undefined where S3 has none. */
  readonly checksum?: string | undefined;
  /** The ETag where it is an MD5: not of uploads in parts, and not of what a key of KMS encrypts. */
  readonly md5?: string | undefined;
}

/** What a copy takes along beside bytes and tags. */
export interface SourceContent extends CurrentObject {
  readonly metadata: Metadata;
  readonly proofs: Proofs;
  readonly cacheControl: string | undefined;
  readonly contentLanguage: string | undefined;
  readonly expires: Date | undefined;
  /** undefined: STANDARD. */
  readonly storageClass: string | undefined;
}

/** Content whose tag says CLEAN, with all tags that it had then. */
export interface CleanContent extends SourceContent {
  readonly tags: Tags;
}

/** What the destination's key holds now. */
export interface HeldContent {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
  readonly metadata: Metadata;
  readonly proofs: Proofs;
}

/** What a CopyObject has written. */
export type WrittenCopy = Pick<HeldContent, 'etag' | 'versionId'>;

/**
 * The bucket whose clean objects are copied. Every method may throw ObjectGone, ObjectUnreadable, AccessDenied or
 * StorageUnavailable.
 */
export interface CopySource {
  /** What the key holds now. */
  head(object: Place): Promise<SourceContent>;
  /** What one version holds. */
  headVersion(object: Place & { readonly versionId: string }): Promise<SourceContent>;
  readTags(object: Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>): Promise<Tags>;
  /** Of exactly this key, newest first. */
  versions(object: Place): AsyncIterable<ListedVersion>;
}

/** Where they are copied to. May throw ObjectUnreadable, AccessDenied, InvalidConfiguration or StorageUnavailable. */
export interface CopyDestination {
  /** undefined when the key holds nothing. */
  look(place: Place): Promise<HeldContent | undefined>;
  /**
   * Copies exactly this content with its tags, if the place still holds what was seen there. Where the same bytes may have
   * been uploaded again, the tags are those that were seen.
   * @param over what it holds; undefined: nothing
   * @returns undefined when either of the two is no longer what it was
   */
  copy(
    content: CleanContent,
    place: Place,
    metadata: Metadata,
    over: HeldContent | undefined,
  ): Promise<WrittenCopy | undefined>;
}
