import { createInterface } from 'node:readline';
import { STANDARD, type Terminal } from './confirm.ts';

/** Nobody answered: Ctrl-C, Ctrl-D, or the end of the input. */
export class Interrupted extends Error {}

export interface Dialogue {
  /** What was typed, without spaces around it. @throws Interrupted */
  readonly ask: (question: string) => Promise<string>;
  readonly say: (line: string) => void;
}

/** Several questions on one terminal; answers may be typed or pasted ahead. */
export async function dialogue<T>(talk: (dialogue: Dialogue) => Promise<T>, terminal: Terminal = STANDARD): Promise<T> {
  const { input, output } = terminal;
  const lines = createInterface({ input, output });
  const answers = lines[Symbol.asyncIterator]();
  try {
    return await talk({
      ask: async (question) => {
        output.write(question);
        const { done, value } = await answers.next();
        if (!done) return value.trim();
        output.write('\n');
        throw new Interrupted();
      },
      say: (line) => output.write(`${line}\n`),
    });
  } finally {
    lines.close();
  }
}
