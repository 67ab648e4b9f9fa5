import type { MessageContent } from '../channels.ts';
import type { Notification } from '../notification.ts';
import type { VerdictTag } from '../tags.ts';
import type { Verdict } from '../verdict.ts';

/**
 * The same verdict in the words of one system, so that an application which understands that system
 * needs no change.
 */
export interface Dialect {
  /** The tag that readers are judged by, and the one value that lets them in. */
  readonly statusTag: { readonly key: string; readonly clean: string };
  /** Every tag key that is ours to write and nobody else's. */
  readonly tagKeys: ReadonlySet<string>;
  /** Those of them that tell when and how a verdict was reached, not what it is. */
  readonly provenanceKeys: ReadonlySet<string>;
  /** Most important first: the last ones go when an object has no room for all. */
  tags(verdict: Verdict): readonly VerdictTag[];
  message(notification: Notification): MessageContent;
}
