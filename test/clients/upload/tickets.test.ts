import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTickets } from '../../../clients/upload/tickets.ts';

const NOW = 1_800_000_000_000;
const SECRET = 'a secret of at least 32 characters';
const NEWER = 'another secret, which follows after';
const CONTENT = { key: 'a/b.pdf', user: 'me', until: NOW / 1000 + 60 };

const tickets = (secrets = [SECRET], { bucket = 'uploads', now = NOW } = {}) =>
  createTickets(bucket, secrets, () => now);
const refusal = (code: string) => expect.objectContaining({ name: 'UploadRefused', code, remedy: expect.any(String) });

describe('a ticket', () => {
  it('opens to what was sealed, for its user', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, user) => {
        const content = { ...CONTENT, key, user };
        expect(tickets().open(tickets().seal(content), user)).toEqual(content);
      }),
    );
  });

  it('is refused after any change', () => {
    const ticket = tickets().seal(CONTENT);
    const characters = [...'ABab01-_.'];
    fc.assert(
      fc.property(fc.nat(ticket.length - 1), fc.constantFrom(...characters), (at, character) => {
        const changed = ticket.slice(0, at) + character + ticket.slice(at + 1);
        // The last character of base64 may have bits that count for nothing.
        fc.pre(changed !== ticket && at !== ticket.length - 1);
        expect(() => tickets().open(changed, 'me')).toThrow(refusal('ticket-invalid'));
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a payload without a signature', 'e30'],
    ['an empty signature', 'e30.'],
  ])('is refused when it is %s', (_, ticket) => {
    expect(() => tickets().open(ticket, 'me')).toThrow(refusal('ticket-invalid'));
  });

  it('is good for one user, one bucket, one secret and its time', () => {
    const ticket = tickets().seal(CONTENT);
    expect(() => tickets().open(ticket, 'somebody')).toThrow(refusal('ticket-invalid'));
    expect(() => tickets([SECRET], { bucket: 'other' }).open(ticket, 'me')).toThrow(refusal('ticket-invalid'));
    expect(() => tickets([NEWER]).open(ticket, 'me')).toThrow(refusal('ticket-invalid'));
    expect(() => tickets([SECRET], { now: NOW + 60_000 }).open(ticket, 'me')).toThrow(refusal('ticket-expired'));
    expect(tickets([SECRET], { now: NOW + 59_999 }).open(ticket, 'me')).toEqual(CONTENT);
  });

  it('is still good while the secret is replaced', () => {
    expect(tickets([NEWER, SECRET]).open(tickets().seal(CONTENT), 'me')).toEqual(CONTENT);
    expect(() => tickets().open(tickets([NEWER, SECRET]).seal(CONTENT), 'me')).toThrow(refusal('ticket-invalid'));
  });
});

it.each([[[]], [['short']], [[SECRET, '']]])('secrets that could be guessed are refused: %j', (secrets) => {
  expect(() => tickets(secrets)).toThrow(/32 characters.*openssl rand/);
});
