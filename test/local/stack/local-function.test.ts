import { describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { ObjectGone } from '../../../functions/domain/errors.ts';
import { invokeFunction } from '../../../local/stack/local-function.ts';

const call = (handler: (event: unknown, context: Context) => Promise<unknown>, payload: unknown, timeoutSeconds = 5) =>
  invokeFunction(
    { name: 'TagObject', arn: 'arn:aws:lambda:::TagObject', handler, timeoutSeconds, memoryMb: 256 },
    payload,
  );

describe('invokeFunction', () => {
  it('passes JSON in and out, as Lambda does', async () => {
    const payload = { at: new Date(0), nothing: undefined, list: [1] };
    const result = await call(async (event) => ({ event, at: new Date(0), nothing: undefined }), payload);
    const at = '1970-01-01T00:00:00.000Z';
    expect(result).toStrictEqual({ event: { at, list: [1] }, at });
  });

  it('hands no object on that the caller still holds', async () => {
    const payload = { list: [1] };
    await call(async (event) => (event as typeof payload).list.push(2), payload);
    expect(payload).toEqual({ list: [1] });
  });

  it('gives null for a handler that returns nothing', async () => {
    expect(await call(async () => undefined, {})).toBeNull();
  });

  it('reduces a fault to its name and message', async () => {
    const fault = await call(() => Promise.reject(new ObjectGone('deleted', { cause: 'x' })), {}).catch(
      (thrown: unknown) => thrown as Error,
    );
    if (!(fault instanceof Error)) throw new Error('nothing was thrown');
    expect(fault.name).toBe('ObjectGone');
    expect(fault).not.toBeInstanceOf(ObjectGone);
    expect(JSON.parse(fault.message)).toEqual({ errorType: 'ObjectGone', errorMessage: 'deleted' });
  });

  it.each([
    ['a text', () => Promise.reject('no error')],
    ['nothing', () => Promise.reject()],
    [
      'at once',
      () => {
        throw new TypeError('not even a promise');
      },
    ],
  ])('takes what is thrown: %s', async (_, handler) => {
    await expect(call(handler, {})).rejects.toMatchObject({ name: expect.stringContaining('Error') });
  });

  it('times out under the name that Lambda reports', async () => {
    const never = Promise.withResolvers<never>();
    await expect(call(() => never.promise, {}, 0.01)).rejects.toMatchObject({
      name: 'Sandbox.Timedout',
      message: expect.stringContaining('0.01 seconds'),
    });
  });

  it('says in the context who is called and how long there is', async () => {
    const seen: Context[] = [];
    await call(async (_, context) => seen.push(context), {});
    expect(seen[0]).toMatchObject({ functionName: 'TagObject', memoryLimitInMB: '256' });
    expect(seen[0]?.getRemainingTimeInMillis()).toBeGreaterThan(4000);
    expect(seen[0]?.getRemainingTimeInMillis()).toBeLessThanOrEqual(5000);
  });
});
