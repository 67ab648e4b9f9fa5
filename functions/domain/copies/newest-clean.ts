import { isSameContent, judgedWith } from '../confirmed-verdict.ts';
import type { Dialect } from '../dialects/index.ts';
import { ObjectGone, ObjectReplaced } from '../errors.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { Digest, Tags } from '../ports.ts';
import type { Verdict } from '../verdict.ts';
import type { CleanContent, CopySource, SourceContent } from './ports.ts';

export interface NewestPorts {
  readonly source: CopySource;
  readonly dialect: Pick<Dialect, 'statusTag' | 'tagKeys'>;
  readonly digest: Digest;
}

/**
 * The newest content of the key whose tag says CLEAN, seen from an execution about one of them: its own unless a newer
 * version is CLEAN too. Deletions at the source change nothing as long as the version is there.
 * @returns `gone` when its own is there no more, `not-clean` when its own tag says something else by now
 * @throws ObjectReplaced where content is overwritten in place and the key holds other content, or headers, than were judged
 */
export async function newestClean(
  { source, dialect, digest }: NewestPorts,
  object: ObjectReference,
  verdict: Verdict,
): Promise<CleanContent | 'gone' | 'not-clean'> {
  const { bucket, key, versionId } = object;
  const tagsOf = (version?: string) =>
    source.readTags({ bucket, key, ...(version !== undefined && { versionId: version }) });
  const isClean = (tags: Tags) => tags[dialect.statusTag.key] === dialect.statusTag.clean;
  const ifClean = (content: SourceContent, tags: Tags) => (isClean(tags) ? { ...content, tags } : 'not-clean');

  const current = await source.head(object).catch(gone);
  if (versionId === undefined) {
    if (current === undefined) return 'gone';
    const same = current.versionId === undefined && isSameContent(current, object);
    if (!same || !judgedWith(verdict, current.headers, digest)) throw replaced(key);
    return ifClean(current, await tagsOf());
  }
  if (current?.versionId === versionId) return ifClean(current, await tagsOf(versionId));

  for await (const listed of source.versions(object)) {
    if (listed.content === undefined) continue;
    const own = listed.versionId === versionId;
    const tags = await tagsOf(listed.versionId).catch(goneIsNotClean);
    if (isClean(tags) && listed.versionId === 'null') throw replaced(key);
    if (isClean(tags)) return { ...(await source.headVersion({ bucket, key, versionId: listed.versionId })), tags };
    if (own) return 'not-clean';
  }
  return 'gone';
}

const replaced = (key: string) => new ObjectReplaced(`${key} holds other content by now`);

function gone(fault: unknown): undefined {
  if (!(fault instanceof ObjectGone)) throw fault;
}

function goneIsNotClean(fault: unknown): Tags {
  if (!(fault instanceof ObjectGone)) throw fault;
  return {};
}
