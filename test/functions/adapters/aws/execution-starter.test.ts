import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createExecutionStarter } from '../../../../functions/adapters/aws/execution-starter.ts';
import { StartRefused } from '../../../../functions/domain/errors.ts';
import type { ExecutionStarter } from '../../../../functions/domain/ports.ts';
import { type StepFunctionsStub, startStepFunctionsStub } from '../../../support/step-functions-stub.ts';

const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanOverflow';
let stepFunctions: StepFunctionsStub;
let starter: ExecutionStarter;

beforeAll(async () => {
  stepFunctions = await startStepFunctionsStub();
  starter = createExecutionStarter({ ...stepFunctions.environment, STATE_MACHINE_ARN });
});
beforeEach(() => {
  stepFunctions.refusal = undefined;
  stepFunctions.calls = [];
});
afterAll(() => stepFunctions.close());

it('starts an execution of that name', async () => {
  await starter.start('name', { detail: 1 });
  expect(stepFunctions.calls).toEqual([
    { action: 'StartExecution', body: { stateMachineArn: STATE_MACHINE_ARN, name: 'name', input: '{"detail":1}' } },
  ]);
});

it('has started one that exists', async () => {
  stepFunctions.refusal = { status: 400, name: 'ExecutionAlreadyExists' };
  await starter.start('name', {});
  expect(stepFunctions.calls).toHaveLength(1);
});

it.each([
  ['ThrottlingException', 400],
  ['ExecutionLimitExceeded', 400],
  ['StateMachineDoesNotExist', 400],
  ['InternalFailure', 500],
])('throws when Step Functions says %s', async (name, status) => {
  stepFunctions.refusal = { status, name };
  const fault = await starter.start('name', {}).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(StartRefused);
  expect(fault).toMatchObject({ message: `Step Functions: ${name}: no`, cause: { name } });
});

it('throws when Step Functions does not answer', async () => {
  const AWS_ENDPOINT_URL_SFN = 'http://127.0.0.1:1';
  const nowhere = createExecutionStarter({ ...stepFunctions.environment, STATE_MACHINE_ARN, AWS_ENDPOINT_URL_SFN });
  const fault = await nowhere.start('name', {}).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(StartRefused);
  const { message, cause } = fault as Error;
  expect([message, cause]).toEqual([
    expect.stringMatching(/^Step Functions: no answer: .*ECONNREFUSED/),
    expect.objectContaining({ message: expect.stringContaining('ECONNREFUSED') }),
  ]);
});

it('asks for its state machine by the name of the variable', () => {
  expect(() => createExecutionStarter(stepFunctions.environment)).toThrow(/STATE_MACHINE_ARN/);
});
