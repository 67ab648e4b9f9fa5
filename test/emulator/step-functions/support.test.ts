import { describe, expect, it } from '@jest/globals';
import { assertSupported, taskStates } from '../../../emulator/step-functions/support.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';
const task = (more = {}) => ({ Type: 'Task', Resource: `${LAMBDA}A`, End: true, ...more });
const PARAMETERS = { QueueUrl: 'q', MessageBody: { 'token.$': '$$.Task.Token' } };
const SEND = 'arn:aws:states:::sqs:sendMessage';
const wait = (more = {}) => ({
  Type: 'Task',
  Resource: `${SEND}.waitForTaskToken`,
  Parameters: PARAMETERS,
  End: true,
  ...more,
});
const machine = (states: object, more = {}) => ({ StartAt: 'A', States: states, ...more });

describe('assertSupported', () => {
  it('takes plain JSONPath with Lambda functions, however deep', () => {
    const map = { Type: 'Map', ItemProcessor: machine({ B: task() }), End: true };
    const parallel = { Type: 'Parallel', Branches: [machine({ C: task() })], End: true };
    expect(() => assertSupported(machine({ A: task(), Map: map, Parallel: parallel }))).not.toThrow();
  });

  it('takes messages to a queue, with and without a token', () => {
    const send = task({ Resource: SEND, Parameters: { 'QueueUrl.$': '$.queue', MessageBody: 'a', DelaySeconds: 1 } });
    const limited = [wait({ TimeoutSeconds: 60, HeartbeatSeconds: 59 }), wait({ HeartbeatSecondsPath: '$.beat' })];
    for (const state of [send, wait(), ...limited]) expect(() => assertSupported(machine({ A: state }))).not.toThrow();
    expect(() => assertSupported(machine({ A: send }), 'EXPRESS')).not.toThrow();
  });

  it('refuses tokens in an EXPRESS state machine, as AWS does, naming the state', () => {
    const parallel = { Type: 'Parallel', Branches: [machine({ Deep: wait() })], End: true };
    expect(() => assertSupported(machine({ A: wait() }), 'EXPRESS')).toThrow(/"A": an EXPRESS state machine/);
    expect(() => assertSupported(machine({ A: parallel }), 'EXPRESS')).toThrow(/"Deep": an EXPRESS state machine/);
  });

  it.each([
    [machine({ A: task({ QueryLanguage: 'JSONata' }) }), /"A": QueryLanguage/],
    [machine({ A: task() }, { QueryLanguage: 'JSONata' }), /QueryLanguage/],
    [machine({ A: task({ HeartbeatSeconds: 5 }) }), /HeartbeatSeconds/],
    [machine({ A: task({ HeartbeatSecondsPath: '$.beat' }) }), /HeartbeatSecondsPath/],
    [machine({ A: wait({ HeartbeatSeconds: 60, TimeoutSeconds: 60 }) }), /"A": HeartbeatSeconds 60 must be smaller/],
    [machine({ A: wait({ TimeoutSeconds: 60, TimeoutSecondsPath: '$.a' }) }), /"A": has both TimeoutSeconds/],
    [machine({ A: wait({ Parameters: { QueueUrl: 'q', MessageBody: '$$.Task.Token' } }) }), /do not pass on/],
    [machine({ A: wait({ Parameters: { ...PARAMETERS, MessageGroupId: 'a' } }) }), /MessageGroupId/],
    [machine({ A: wait({ Resource: 'arn:aws:states:::sns:publish.waitForTaskToken' }) }), /sns:publish/],
    [machine({ A: task({ Parameters: { 'a.$': '$$.Task.Token' } }) }), /"A": \$\$.Task of the context/],
    [machine({ A: task({ Parameters: { 'a.$': "States.Format('{}', $$['Task'].Token)" } }) }), /"A": \$\$\['Task/],
    [machine({ A: task({ Parameters: { 'a.$': '$$' } }) }), /"A": \$\$ of the context/],
    [machine({ A: wait({ ResultSelector: { 'a.$': '$$.Task.Token' } }) }), /"A": \$\$.Task of the context/],
    [machine({ A: task({ InputPath: '$$.Task' }) }), /"A": \$\$.Task of the context/],
    [machine({ A: task({ Credentials: {} }) }), /Credentials/],
    [machine({ A: task({ Assign: {} }) }), /Assign/],
    [machine({ A: task({ Resource: 'arn:aws:states:::lambda:invoke' }) }), /arn:aws:states:::lambda:invoke/],
    [machine({ A: { Type: 'Map', ItemProcessor: machine({ Deep: task({ Assign: {} }) }) } }), /"Deep": Assign/],
    [machine({ A: { Type: 'Parallel', Branches: [machine({ Deep: task({ Resource: 'x' }) })] } }), /"Deep"/],
    [machine({ A: { Type: 'Map', ItemProcessor: machine({ B: task() }, { QueryLanguage: 'JSONata' }) } }), /Query/],
  ])('refuses %j', (definition, named) => {
    expect(() => assertSupported(definition)).toThrow(named);
  });
});

it('taskStates finds the function of every Task', () => {
  const map = { Type: 'Map', ItemProcessor: machine({ B: task({ Resource: `${LAMBDA}B` }) }) };
  expect([...taskStates(machine({ A: task(), Map: map, Ok: { Type: 'Succeed' } }))]).toEqual([
    ['A', `${LAMBDA}A`],
    ['B', `${LAMBDA}B`],
  ]);
});
