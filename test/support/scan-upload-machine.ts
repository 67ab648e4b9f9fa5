import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { LocalStateMachine, type LocalStateMachineProps } from '../../emulator/step-functions/state-machine.ts';
import { TaskTokens } from '../../emulator/step-functions/task-tokens.ts';

/** A Task or a queue's worker by the word of its state. */
export type Tasks = Readonly<Record<string, (input: unknown, context: Context) => Promise<unknown>>>;

type Options = Partial<Pick<LocalStateMachineProps, 'type' | 'retryWaitMs' | 'clock'>> & {
  readonly file?: 'scan-upload' | 'scan-upload-express';
  /** Called with the word of each Task before it is called. */
  readonly onCall?: (word: string, input: unknown) => void;
};

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';

/** The real ASL over scripted functions; a scan that waits in a queue is answered by the function that works on it. */
export function scanUploadMachine(tasks: Tasks, { file = 'scan-upload', onCall, ...options }: Options = {}) {
  const tokens = new TaskTokens();
  const call = async (word: string, input: unknown) => {
    onCall?.(word, input);
    const task = tasks[word];
    if (task === undefined) throw new Error(`no task ${word}`);
    return task(input, {} as Context);
  };
  async function answer(word: string, { taskToken = '', input }: { taskToken?: string; input?: unknown }) {
    await call(word, input).then(
      (output) => tokens.succeed(taskToken, JSON.parse(JSON.stringify(output ?? null))),
      ({ name, message }: Error) => tokens.fail(taskToken, name, message),
    );
  }
  return new LocalStateMachine({
    arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload',
    roleArn: 'arn:aws:iam::000000000000:role/ScanUpload',
    definition: definitionOf(file),
    tokens,
    async invoke(resource, payload) {
      if (!resource.endsWith(':sqs:sendMessage.waitForTaskToken')) return call(wordOf(resource), payload);
      const { QueueUrl, MessageBody } = payload as { QueueUrl: string; MessageBody: object };
      answer(QueueUrl, MessageBody);
      return {};
    },
    retryWaitMs: 0,
    ...options,
  });
}

/** With the words of functions and queues in place of their ARNs and URLs. */
function definitionOf(file: string): object {
  const text = readFileSync(new URL(`../../statemachines/${file}.asl.json`, import.meta.url), 'utf8');
  return JSON.parse(
    text
      .replace(/\$\{(\w+)FunctionArn\}/g, `${LAMBDA}$1`)
      .replace(/\$\{(\w+)QueueUrl\}/g, '$1')
      .replace(/\$\{Partition\}/g, 'aws'),
  );
}

const wordOf = (resource: string) => resource.replace(LAMBDA, '');
