import { z } from 'zod';
import { uploadIn } from './dead-letter.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { type DeployedStartsProps, deployedStarts } from './deployed-start.ts';
import { ForeignMessage, ForgedMessage, MalformedMessage } from './message-errors.ts';

/**
 * The input, as JSON, with which an execution that failed is started again; undefined when its object is gone. Not the
 * one it had: whoever could start executions chose that.
 * @throws MalformedMessage, ForeignMessage, ForgedMessage, and what the SDK throws
 */
export type InputAgain = (input: string) => Promise<string | undefined>;

/** Only bucket, key and version ID are taken from the input. */
export function uploadAgain(props: DeployedStartsProps): InputAgain {
  const startFor = deployedStarts(props);
  return async (input) => (await startFor(uploadIn(JSON.parse(input))))?.input;
}

/** Prepare Rescan checks the rest. */
const Asked = z.looseObject({ bucket: z.string() });

/** They would take the place of the bucket's. */
const OWN_RULES = ['policy', 'filters', 'scanTrusted'];

/** As it was, unless it brings rules of its own: otherwise a rescan looks at objects as they are, under the bucket's. */
export function rescanAgain(deployed: DeployedStack): InputAgain {
  return async (input) => {
    const { success, data } = Asked.safeParse(JSON.parse(input));
    if (!success) throw new MalformedMessage('its input asks for no rescan');
    if (!deployed.starts().some(({ bucketName }) => bucketName === data.bucket)) {
      throw new ForeignMessage(`the stack does not watch the bucket ${JSON.stringify(data.bucket)}`);
    }
    const own = OWN_RULES.filter((name) => Object.hasOwn(data, name));
    if (own.length > 0) throw new ForgedMessage(`its input has its own ${own.join(' and ')}: start it by hand`);
    return input;
  };
}
