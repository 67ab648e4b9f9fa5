import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_POLICY, delaysOf, parseDeliveryPolicy } from '../../../emulator/sns/delivery-policy.ts';
import { SnsFault } from '../../../emulator/sns/sns-fault.ts';

const parse = (policy: unknown) => parseDeliveryPolicy(JSON.stringify(policy));
const retries = (healthyRetryPolicy: object) => delaysOf(parse({ healthyRetryPolicy }).healthyRetryPolicy);
const BACKOFFS = ['linear', 'arithmetic', 'geometric', 'exponential'];

describe('a delivery policy', () => {
  it('is by default three retries, 20 seconds apart', () => {
    expect(delaysOf(DEFAULT_POLICY.healthyRetryPolicy)).toEqual([20_000, 20_000, 20_000]);
    expect(parse({})).toEqual(DEFAULT_POLICY);
    expect(
      parse({ healthyRetryPolicy: null, sicklyRetryPolicy: null, throttlePolicy: null, requestPolicy: null }),
    ).toEqual(DEFAULT_POLICY);
  });

  it('goes through its phases: at once, shortest, growing, longest', () => {
    const phases = { numRetries: 8, numNoDelayRetries: 1, numMinDelayRetries: 2, numMaxDelayRetries: 2 };
    const delays = retries({ minDelayTarget: 1, maxDelayTarget: 60, backoffFunction: 'linear', ...phases });
    expect(delays).toEqual([0, 1000, 1000, 1000, 30_500, 60_000, 60_000, 60_000]);
  });

  it('has each retry within its limits, none shorter than the one before', () => {
    const policy = fc
      .record({
        minDelayTarget: fc.integer({ min: 1, max: 20 }),
        more: fc.nat(20),
        phases: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5)),
        backoffFunction: fc.constantFrom(...BACKOFFS),
      })
      .map(({ minDelayTarget, more, phases: [none, shortest, growing, longest], backoffFunction }) => ({
        minDelayTarget,
        maxDelayTarget: minDelayTarget + more,
        numRetries: none + shortest + growing + longest,
        numNoDelayRetries: none,
        numMinDelayRetries: shortest,
        numMaxDelayRetries: longest,
        backoffFunction,
      }));
    fc.assert(
      fc.property(policy, (given) => {
        const delays = retries(given);
        expect(delays).toHaveLength(given.numRetries);
        expect(delays).toEqual([...delays].sort((a, b) => a - b));
        expect(delays.filter((delay) => delay === 0)).toHaveLength(given.numNoDelayRetries);
        for (const delay of delays.slice(given.numNoDelayRetries)) {
          expect(delay).toBeGreaterThanOrEqual(given.minDelayTarget * 1000);
          expect(delay).toBeLessThanOrEqual(given.maxDelayTarget * 1000);
        }
      }),
    );
  });

  it.each([
    ['no object', []],
    ['an unknown field', { retryPolicy: {} }],
    ['an unknown field of the retries', { healthyRetryPolicy: { retries: 1 } }],
    ['retries that are no object', { healthyRetryPolicy: [] }],
    ['a throttle that is no object', { throttlePolicy: 5 }],
    ['an unknown field of the throttle', { throttlePolicy: { perSecond: 5 } }],
    ['a throttle of 0', { throttlePolicy: { maxReceivesPerSecond: 0 } }],
    ['a request policy that is no object', { requestPolicy: 'text/plain' }],
    ['an unknown field of the request policy', { requestPolicy: { contentType: 'text/plain' } }],
    ['a content type that SNS does not send', { requestPolicy: { headerContentType: 'image/png' } }],
    ['over 100 retries', { healthyRetryPolicy: { numRetries: 101 } }],
    ['half a retry', { healthyRetryPolicy: { numRetries: 0.5 } }],
    ['a longest delay below the shortest', { healthyRetryPolicy: { minDelayTarget: 30 } }],
    ['more retries in the phases than in all', { healthyRetryPolicy: { numNoDelayRetries: 4 } }],
    ['an unknown backoff', { healthyRetryPolicy: { backoffFunction: 'constructor' } }],
    ['over an hour', { healthyRetryPolicy: { minDelayTarget: 60, maxDelayTarget: 60, numRetries: 61 } }],
  ])('is refused for %s', (_, policy) => {
    expect(() => parse(policy)).toThrow(expect.objectContaining({ name: 'InvalidParameter' }));
  });

  it('is taken, or refused by SNS, whatever it is', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .dictionary(fc.constantFrom('healthyRetryPolicy', 'throttlePolicy', 'requestPolicy'), fc.jsonValue())
        .map((policy) => JSON.stringify(policy)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          expect(delaysOf(parseDeliveryPolicy(text).healthyRetryPolicy)).toBeInstanceOf(Array);
        } catch (fault) {
          expect(fault).toBeInstanceOf(SnsFault);
        }
      }),
    );
  });
});
