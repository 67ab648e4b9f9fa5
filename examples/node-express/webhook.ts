import express, { type Router } from 'express';
import MessageValidator from 'sns-validator';

export interface WebhookProps {
  /** Output `NotificationsTopicArn` of the stack. Anybody can have a topic whose messages AWS signs: only this one counts. */
  readonly topicArn: string;
  /** Whose certificates are trusted; default: AWS's hosts. */
  readonly trustedHost?: RegExp | undefined;
  /** The parsed body of a notification of that topic. It comes at least once; if this throws, SNS sends it again. */
  onNotification(notification: unknown): Promise<unknown>;
}

/** SNS tries again for less than this, so nothing honest is older. */
const OLDEST_MILLISECONDS = 3_600_000;
/** By how much the clocks may differ. */
const FUTURE_MILLISECONDS = 300_000;
/** SNS messages have at most 256 KiB, and JSON escapes what is in them. */
const LONGEST_BODY = '1mb';

/** Takes what SNS posts; answers 403 to what did not come from the topic, and has no effect then. */
export function webhook({ topicArn, trustedHost, onNotification }: WebhookProps): Router {
  const validator = new MessageValidator(trustedHost);
  const signed = (message: Record<string, unknown>) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      validator.validate(message, (fault, valid) => (valid === undefined ? reject(fault) : resolve(valid)));
    });

  const router = express.Router();
  // SNS sends JSON as text/plain.
  router.post('/', express.text({ type: () => true, limit: LONGEST_BODY }), async (request, response) => {
    let message: Record<string, unknown>;
    try {
      const unchecked = JSON.parse(request.body);
      // Before the signature: nothing is fetched for the message of a stranger.
      const fault = strange(unchecked, topicArn, Date.now());
      if (fault !== undefined) throw new Error(fault);
      message = await signed(unchecked);
    } catch (fault) {
      console.warn(`refused a message: ${(fault as Error).message}`);
      response.status(403).end();
      return;
    }
    if (message.Type === 'SubscriptionConfirmation') {
      // The signature covers the URL.
      const answer = await fetch(String(message.SubscribeURL));
      if (!answer.ok) throw new Error(`the subscription was not confirmed: ${answer.status}`);
    } else if (message.Type === 'Notification') {
      await onNotification(JSON.parse(String(message.Message)));
    }
    response.status(204).end();
  });
  return router;
}

function strange(message: Record<string, unknown>, topicArn: string, now: number): string | undefined {
  if (message.TopicArn !== topicArn) return 'of another topic';
  const age = now - Date.parse(String(message.Timestamp));
  if (!(age < OLDEST_MILLISECONDS && age > -FUTURE_MILLISECONDS)) return 'too old, or of the future';
  return undefined;
}
