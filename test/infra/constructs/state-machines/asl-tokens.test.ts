import { describe, expect, it } from '@jest/globals';
import { functionTokens } from '../../../../infra/constructs/state-machines/asl-tokens.ts';

const token = (name: string) => JSON.stringify(`$\{${name}}`);
const asl = `{"Resource": ${token('TagObjectFunctionArn')}, "Again": ${token('TagObjectFunctionArn')}}`;

describe('functionTokens', () => {
  it('finds the Task name in each token', () => {
    expect(functionTokens(asl, ['TagObject'])).toEqual({ TagObjectFunctionArn: 'TagObject' });
  });

  it('refuses a token without a function, and a function without a token', () => {
    expect(() => functionTokens(asl, [])).toThrow('asks for TagObjectFunctionArn, which the stack does not have');
    expect(() => functionTokens(asl, ['TagObject', 'Notify'])).toThrow('does not use Notify');
    expect(() => functionTokens(token('Region'), ['Region'])).toThrow('does not use Region');
  });
});
