import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The terminal that a question is asked on. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

export const STANDARD: Terminal = { input: process.stdin, output: process.stderr };

/** Whether somebody at the terminal typed exactly this word; the end of the input and Ctrl-C are a no. */
export async function typed(word: string, question: string, { input, output }: Terminal = STANDARD): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    output.write(question);
    const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    return typeof line === 'string' && line.trim() === word;
  } finally {
    lines.close();
  }
}

/** Whether there is somebody to ask. */
export const canAsk = ({ input }: Terminal = STANDARD): boolean => input.isTTY === true;
