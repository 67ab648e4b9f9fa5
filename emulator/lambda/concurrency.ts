import { ACCOUNT, type LocalStack, REGION } from '../cloudformation/template.ts';

/** What an account may run at once, before it asks for more. */
export const DEFAULT_CONCURRENCY = 1000;

/** A question about what is set, which changes nothing. */
export interface LambdaRead {
  /** What IAM is asked. */
  readonly action: string;
  readonly resource: string;
  /** undefined: there is no such function. */
  readonly content: object | undefined;
}

const ACCOUNT_SETTINGS = /^\/2016-08-19\/account-settings\/?$/;
const FUNCTION_CONCURRENCY = /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/;

const arnOf = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

/**
 * GetAccountSettings and GetFunctionConcurrency, of an account that has no other functions.
 * @param limit how many invocations the account may run at once
 * @returns undefined for any other path
 */
export function readConcurrency(stack: LocalStack, path: string, limit: number): LambdaRead | undefined {
  const functions = stack.ofType('AWS::Lambda::Function');
  const reservedBy = ({ properties }: (typeof functions)[number]): number | undefined =>
    properties.ReservedConcurrentExecutions;
  if (ACCOUNT_SETTINGS.test(path)) {
    const reserved = functions.reduce((sum, each) => sum + (reservedBy(each) ?? 0), 0);
    const content = {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: limit,
        UnreservedConcurrentExecutions: Math.max(0, limit - reserved),
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: functions.length },
    };
    return { action: 'lambda:GetAccountSettings', resource: '*', content };
  }
  const name = decodeURIComponent(FUNCTION_CONCURRENCY.exec(path)?.[1] ?? '');
  if (name === '') return undefined;
  const found = functions.find(({ ref, arn }) => ref === name || arn === name);
  const reserved = found && reservedBy(found);
  return {
    action: 'lambda:GetFunctionConcurrency',
    resource: found?.arn ?? arnOf(name),
    content: found && { ...(reserved !== undefined && { ReservedConcurrentExecutions: reserved }) },
  };
}
