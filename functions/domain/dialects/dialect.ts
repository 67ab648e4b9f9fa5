import type { MessageContent } from '../message-content.ts';
import type { Notification } from '../notification.ts';
import type { VerdictTag } from '../tags.ts';
import type { Verdict } from '../verdict.ts';

/** The verdict in the format of another system, so that applications written for it need no change. */
export interface Dialect {
  /** The tag that decides who may read, and the only value that allows it. */
  readonly statusTag: { readonly key: string; readonly clean: string };
  /** Every tag key that only we may write. */
  readonly tagKeys: ReadonlySet<string>;
  /** Those that say when and how a verdict was reached, not what it is. */
  readonly provenanceKeys: ReadonlySet<string>;
  /** Set where verdicts are written without them. */
  readonly statusOnly?: true;
  /** Most important first: the last ones are dropped when an object has no room for all. */
  tags(verdict: Verdict): readonly VerdictTag[];
  message(notification: Notification): MessageContent;
}
