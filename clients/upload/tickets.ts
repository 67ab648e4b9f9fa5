import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { UploadRefused } from './refused.ts';

/** What the server would otherwise have to keep in a database. */
const TicketContent = z.strictObject({
  key: z.string(),
  /** Who asked for it. */
  user: z.string(),
  /** Seconds since 1970 after which it is no longer good. */
  until: z.int(),
});
export type TicketContent = z.infer<typeof TicketContent>;

export interface Tickets {
  seal(content: TicketContent): string;
  /** @throws UploadRefused unless it was sealed here for this user, and is still good */
  open(ticket: string, user: string): TicketContent;
}

const SHORTEST_SECRET_CHARACTERS = 32;
/** What is signed begins with this, so that nothing else signed with the same secret is a ticket. */
const PURPOSE = 's3-airlock upload ticket 1';
const ASK_AGAIN = 'Upload the file again.';

/**
 * @param secrets the first seals, all open: to replace one, put the new one first and remove the old one a day later
 * @param now milliseconds since 1970
 * @throws Error for a secret that could be guessed
 */
export function createTickets(bucket: string, secrets: readonly string[], now: () => number): Tickets {
  const [current] = secrets;
  if (current === undefined || secrets.some((secret) => secret.length < SHORTEST_SECRET_CHARACTERS)) {
    throw new Error(
      `a secret of the upload tickets has less than ${SHORTEST_SECRET_CHARACTERS} characters: make one with "openssl rand -base64 32"`,
    );
  }
  const sign = (secret: string, payload: string) =>
    createHmac('sha256', secret).update([PURPOSE, bucket, payload].join('\n')).digest();

  return {
    seal(content) {
      const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
      return `${payload}.${sign(current, payload).toString('base64url')}`;
    },
    open(ticket, user) {
      const [payload = '', signature = ''] = ticket.split('.');
      const given = Buffer.from(signature, 'base64url');
      const valid = secrets.some((secret) => {
        const expected = sign(secret, payload);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!valid) throw new UploadRefused('ticket-invalid', 'This is not a ticket of this server.', ASK_AGAIN);
      const content = TicketContent.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
      if (content.user !== user) {
        throw new UploadRefused(
          'ticket-invalid',
          'This ticket is of another user.',
          'Sign in as who uploaded the file.',
        );
      }
      if (content.until * 1000 <= now()) {
        throw new UploadRefused('ticket-expired', 'The ticket of this upload has expired.', ASK_AGAIN);
      }
      return content;
    },
  };
}
