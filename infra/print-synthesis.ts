import { createInterface } from 'node:readline';
import { synthesizeTemplate } from './synthesize.ts';

/*
 * A separate program, because CDK needs more memory than everything that uses its output. Each line of standard input is a
 * configuration as JSON; its answer is a line `{"synthesis":…}` or `{"fault":"…"}`. Most of the first answer's time is the
 * start, so one who needs many asks the same process.
 */
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answerTo(line))}\n`);
}

function answerTo(line: string): object {
  try {
    return { synthesis: synthesizeTemplate(JSON.parse(line)) };
  } catch (fault) {
    return { fault: fault instanceof Error ? fault.message : String(fault) };
  }
}
