import { describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { AccessDenied, InvalidInput } from '../../../functions/domain/errors.ts';
import { prepareHunt } from '../../../functions/handlers/prepare-hunt.ts';

const rules = { key: 'hunt-rules/x.json', sha256: '0'.repeat(64) };
const files = [{ name: 'a.yara', content: Buffer.from('rule One { }') }];

/** @param given ports that answer otherwise */
async function prepare(request: object, given: { list?: () => Promise<boolean>; tryOut?: () => Promise<number> } = {}) {
  const { list = async () => true, tryOut = async () => 3 } = given;
  const tried: unknown[] = [];
  const trial = {
    tryOut(these: unknown) {
      tried.push(these);
      return tryOut();
    },
  };
  const task = prepareHunt({ hasObjects: list }, async () => files, trial);
  return { tried, answer: task({ request }, {} as Context) };
}

describe('a hunt is prepared', () => {
  it('with what it leaves open, the names of its files and what the engine has loaded', async () => {
    const { answer, tried } = await prepare({ bucket: 'uploads', rules });
    expect(await answer).toEqual({
      ...{ bucket: 'uploads', prefix: '', rules, files: ['a.yara'], signatures: 3 },
      ...{ maxConcurrency: 10, toleratedFailurePercentage: 5, empty: false, failure: null },
    });
    expect(tried).toEqual([files]);
  });

  it('and says when there is nothing to list', async () => {
    const { answer } = await prepare({ bucket: 'uploads', prefix: 'in/', rules }, { list: async () => false });
    expect(await answer).toMatchObject({ prefix: 'in/', empty: true });
  });

  it('but not for a bucket that its role may not list: no engine is started', async () => {
    const list = async () => {
      throw new AccessDenied('ListObjectsV2');
    };
    const { answer, tried } = await prepare({ bucket: 'other', rules }, { list });
    await expect(answer).rejects.toBeInstanceOf(AccessDenied);
    expect(tried).toEqual([]);
  });

  it('but not with rules that the engine refuses', async () => {
    const tryOut = async () => {
      throw new InvalidInput('a.yara line 1');
    };
    await expect((await prepare({ bucket: 'uploads', rules }, { tryOut })).answer).rejects.toThrow('a.yara line 1');
  });

  it.each<[string, object]>([
    ['bucket', { rules }],
    ['rules', { bucket: 'uploads' }],
    ['rules.key', { bucket: 'uploads', rules: { ...rules, key: 'own/mine.ndb' } }],
    ['rules.key', { bucket: 'uploads', rules: { ...rules, key: 'hunt-rules/../own/mine.json' } }],
    ['rules.sha256', { bucket: 'uploads', rules: { ...rules, sha256: 'x' } }],
    ['maxConcurrency', { bucket: 'uploads', rules, maxConcurrency: 0 }],
    ['policy', { bucket: 'uploads', rules, policy: {} }],
  ])('but not by a wrong %s: %j', async (key, request) => {
    const { answer } = await prepare(request);
    await expect(answer).rejects.toThrow(key);
    await expect(answer).rejects.toBeInstanceOf(InvalidInput);
  });
});
