import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { InvalidArgumentError } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';

/** An argument that names one of the stack's outputs, or is its full value. */
export interface OutputOrGiven {
  /** Output of the stack by word. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly given: RegExp;
  /** What `given` matches, for people: `a URL`. */
  readonly called: string;
}

/** For commander. @throws InvalidArgumentError */
export const parserOf =
  ({ outputs, given, called }: OutputOrGiven) =>
  (text: string): string => {
    if (Object.hasOwn(outputs, text) || given.test(text)) return text;
    throw new InvalidArgumentError(`neither ${Object.keys(outputs).join(' nor ')} nor ${called}.`);
  };

/** @throws as `describeStack` and its `output` */
export async function resolved({ outputs }: OutputOrGiven, text: string, stack: string): Promise<string> {
  const output = Object.hasOwn(outputs, text) ? outputs[text] : undefined;
  return output === undefined ? text : (await describeStack(new CloudFormationClient(), stack)).output(output);
}
