import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../../infra/config/error-message.ts';
import type { DeployedStack } from '../operations/deployed-stack.ts';

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
    const words = Object.keys(outputs);
    throw new InvalidArgumentError(`neither ${words.join(' nor ')} nor ${called}${didYouMean(text, words) || '.'}`);
  };

/** @throws as the stack's `output` */
export function resolvedIn({ outputs }: OutputOrGiven, text: string, deployed: DeployedStack): string {
  const output = Object.hasOwn(outputs, text) ? outputs[text] : undefined;
  return output === undefined ? text : deployed.output(output);
}
