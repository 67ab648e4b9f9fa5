import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTaskAnswers } from '../../../../functions/adapters/aws/task-answers.ts';
import { AnswerUndelivered } from '../../../../functions/domain/errors.ts';
import type { TaskAnswers } from '../../../../functions/domain/ports.ts';
import { type StepFunctionsStub, startStepFunctionsStub } from '../../../support/step-functions-stub.ts';

let stepFunctions: StepFunctionsStub;
let answers: TaskAnswers;

beforeAll(async () => {
  stepFunctions = await startStepFunctionsStub();
  answers = createTaskAnswers(stepFunctions.environment);
});
beforeEach(() => {
  stepFunctions.refusal = undefined;
  stepFunctions.calls = [];
});
afterAll(() => stepFunctions.close());

it('gives an output as JSON', async () => {
  await answers.succeed('token', { status: 'CLEAN' });
  expect(stepFunctions.calls).toEqual([
    { action: 'SendTaskSuccess', body: { taskToken: 'token', output: '{"status":"CLEAN"}' } },
  ]);
});

it('gives an error by its name, no longer than Step Functions takes', async () => {
  const longest = { error: 'E'.repeat(256), cause: 'x'.repeat(32_768) };
  await answers.fail('token', 'EngineUnavailable', 'out of memory');
  await answers.fail('token', longest.error, longest.cause);
  await answers.fail('token', `${longest.error}E`, `${longest.cause}x`);
  expect(stepFunctions.calls).toEqual(
    [{ error: 'EngineUnavailable', cause: 'out of memory' }, longest, longest].map((body) => ({
      action: 'SendTaskFailure',
      body: { taskToken: 'token', ...body },
    })),
  );
});

it.each(['TaskTimedOut', 'TaskDoesNotExist'])('takes %s for an answer that nobody waits for', async (name) => {
  stepFunctions.refusal = { status: 400, name };
  await answers.succeed('token', {});
  await answers.fail('token', 'E', 'c');
  expect(stepFunctions.calls).toHaveLength(2);
});

it.each([
  ['InvalidToken', 400],
  ['InvalidOutput', 400],
  ['AccessDeniedException', 400],
  ['ThrottlingException', 400],
  ['InternalFailure', 500],
])('throws when Step Functions says %s', async (name, status) => {
  stepFunctions.refusal = { status, name };
  const fault = await answers.succeed('token', {}).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(AnswerUndelivered);
  expect(fault).toMatchObject({ message: `Step Functions: ${name}: no`, cause: { name } });
});

it('throws where an error is not taken, too', async () => {
  stepFunctions.refusal = { status: 400, name: 'InvalidToken' };
  await expect(answers.fail('token', 'E', 'c')).rejects.toThrow(AnswerUndelivered);
});

it('throws when Step Functions does not answer', async () => {
  const nowhere = createTaskAnswers({ ...stepFunctions.environment, AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:1' });
  const fault = await nowhere.succeed('token', {}).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(AnswerUndelivered);
  const { message, cause } = fault as Error;
  expect([message, cause]).toEqual([
    expect.stringMatching(/^Step Functions: no answer: .*ECONNREFUSED/),
    expect.objectContaining({ message: expect.stringContaining('ECONNREFUSED') }),
  ]);
});
