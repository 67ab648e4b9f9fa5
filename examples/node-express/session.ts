import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/*
 * Stands in for your sign-in: each browser is a user of its own. With a session of your own, `userOf` returns the ID of
 * the user who is signed in, or undefined.
 */
const COOKIE = /(?:^|; )user=([0-9a-f-]{36})(?:;|$)/;

export function userOf({ headers }: IncomingMessage): string | undefined {
  return COOKIE.exec(headers.cookie ?? '')?.[1];
}

export const signIn: RequestHandler = (request, response, next) => {
  if (userOf(request) === undefined) response.cookie('user', randomUUID(), { httpOnly: true, sameSite: 'lax' });
  next();
};
