import type { MessageContent } from './message-content.ts';
import type { Notification } from './notification.ts';
import type { ScanStatus } from './verdict.ts';

/** Where notifications of chosen statuses go, by the key of the configuration's `notify`, and what that key means. */
export const CHANNELS = {
  sns: 'Statuses that are published to the SNS topic.',
  events: "Statuses that are put on the account's default EventBridge bus.",
} as const;

/** EventBridge's `source` of every notification, whatever its dialect. */
export const EVENT_SOURCE = 's3-airlock';

/** EventBridge's `detail-type` of a verdict, unless the configuration names another, of a rescan's totals, and of a report. */
export const DETAIL_TYPES = {
  scan: 'Object Scan Completed',
  rescan: 'Bucket Rescan Completed',
  report: 'Bucket Report Completed',
} as const;

export type StatusChannelName = keyof typeof CHANNELS;

/** Security Hub gets findings of malware, whatever `notify` says. */
export type ChannelName = StatusChannelName | 'securityHub';

export interface Message extends MessageContent {
  /** EventBridge's `detail-type`. */
  readonly type: string;
  /** What it says of an object, for channels with a form of their own. */
  readonly told?: Notification;
}

/**
 * Resolves to false where there was nothing to send. May throw NotificationFailed, and AccessDenied, InvalidConfiguration or
 * InvalidInput where no retry helps.
 */
export type Channel = (message: Message) => Promise<unknown>;

export type Channels = Readonly<Record<StatusChannelName, Channel>> & { readonly securityHub?: Channel };

/** Which channels have sent a message; Security Hub is missing where there is none. */
export type Sent = Readonly<Record<StatusChannelName, boolean>> & { readonly securityHub?: boolean };

/** One value for each channel of statuses. */
export function forEachChannel<T>(value: (name: StatusChannelName) => T): Record<StatusChannelName, T> {
  const names = Object.keys(CHANNELS) as StatusChannelName[];
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<StatusChannelName, T>;
}

/**
 * Sends the message through each channel that wants it, one after another.
 * @returns which channels have sent it
 * @throws what the channels throw
 */
export async function send(
  channels: Channels,
  message: Message,
  wanted: (name: ChannelName) => boolean = () => true,
): Promise<Sent> {
  const sent = Object.entries(channels).map(([name]) => [name, false] as [ChannelName, boolean]);
  for (const entry of sent) {
    const [name] = entry;
    if (wanted(name)) entry[1] = (await channels[name]?.(message)) !== false;
  }
  return Object.fromEntries(sent) as Sent;
}

/** The environment variable that lists the statuses a channel gets. */
export const statusesVariable = (name: StatusChannelName): string => `NOTIFY_${name.toUpperCase()}`;

/** Which statuses go where. */
export type NotifyRules = Readonly<Record<StatusChannelName, ReadonlySet<ScanStatus>>>;
