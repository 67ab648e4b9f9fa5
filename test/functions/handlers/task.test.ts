import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { InvalidConfiguration, InvalidInput, StorageUnavailable } from '../../../functions/domain/errors.ts';
import { logger, onColdStart, task } from '../../../functions/handlers/task.ts';

const CONTEXT = { awsRequestId: '1', functionName: 'f' } as Context;
const Input = z.strictObject({ bucket: z.string().min(1), object: z.object({ size: z.int().nonnegative() }) });
const GOOD = { bucket: 'uploads', object: { size: 1 } };

afterEach(() => {
  jest.restoreAllMocks();
});

async function faultOf(run: () => Promise<unknown>): Promise<Error> {
  try {
    await run();
  } catch (fault) {
    return fault as Error;
  }
  throw new Error('nothing was thrown');
}

describe('task', () => {
  it('hands the parsed payload on and gives back what the run says', async () => {
    const handler = task(Input, async ({ bucket, object }) => `${bucket} ${object.size}`);
    expect(await handler(GOOD, CONTEXT)).toBe('uploads 1');
  });

  it('runs nothing on a payload that does not fit', async () => {
    let ran = false;
    const handler = task(Input, async () => {
      ran = true;
    });
    expect(await faultOf(() => handler({ ...GOOD, bucket: 7 }, CONTEXT))).toBeInstanceOf(InvalidInput);
    expect(ran).toBe(false);
  });

  it('throws the domain’s fault itself, under the name that the state machine matches', async () => {
    const thrown = new StorageUnavailable('S3 is slow');
    const handler = task(Input, () => Promise.reject(thrown));
    expect(await faultOf(() => handler(GOOD, CONTEXT))).toBe(thrown);
    expect(thrown.name).toBe('StorageUnavailable');
  });

  it('logs a transient fault as a warning, a lasting one as an error, once each', async () => {
    const warn = jest.spyOn(logger, 'warn');
    const error = jest.spyOn(logger, 'error');
    await faultOf(() => task(Input, () => Promise.reject(new StorageUnavailable('slow')))(GOOD, CONTEXT));
    expect([warn.mock.calls.length, error.mock.calls.length]).toEqual([1, 0]);
    await faultOf(() => task(Input, () => Promise.reject(new TypeError('a bug')))(GOOD, CONTEXT));
    expect([warn.mock.calls.length, error.mock.calls.length]).toEqual([1, 1]);
  });

  it('throws the fault unchanged though the log cannot take it', async () => {
    jest.spyOn(logger, 'error').mockImplementation(() => {
      throw new TypeError('Converting circular structure to JSON');
    });
    const thrown = new TypeError('a bug');
    expect(await faultOf(() => task(Input, () => Promise.reject(thrown))(GOOD, CONTEXT))).toBe(thrown);
  });

  it.each([undefined, null, 'text', 42])('survives %j being thrown', async (thrown) => {
    const handler = task(Input, () => Promise.reject(thrown));
    await expect(handler(GOOD, CONTEXT)).rejects.toBe(thrown);
  });

  it('knows no Lambda context but an empty one: the local engine and tests may have none', async () => {
    expect(await task(Input, async () => 'ran')(GOOD, {} as Context)).toBe('ran');
  });
});

describe('onColdStart', () => {
  it('wires once, at the first call, from the process’s environment', async () => {
    const create = jest.fn((env: object) => async () => env === process.env);
    const handler = onColdStart(create);
    expect(create).not.toHaveBeenCalled();
    expect(await handler({}, CONTEXT)).toBe(true);
    await handler({}, CONTEXT);
    expect(create).toHaveBeenCalledTimes(1);
  });

  it('rejects when the wiring fails, and tries again at the next call', async () => {
    let broken = true;
    const handler = onColdStart(() => {
      if (broken) throw new InvalidConfiguration('TOPIC_ARN is not set');
      return async () => 'ran';
    });
    await expect(Promise.resolve(handler({}, CONTEXT))).rejects.toBeInstanceOf(InvalidConfiguration);
    broken = false;
    expect(await handler({}, CONTEXT)).toBe('ran');
  });
});
