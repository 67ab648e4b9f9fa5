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
  await answers.fail('token', 'EngineUnavailable', 'x'.repeat(40_000));
  const cause = 'x'.repeat(32_768);
  expect(stepFunctions.calls).toEqual([
    { action: 'SendTaskFailure', body: { taskToken: 'token', error: 'EngineUnavailable', cause } },
  ]);
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
  expect((fault as Error).message).toContain(name);
});
