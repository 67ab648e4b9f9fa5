import { describe, expect, it } from '@jest/globals';
import { assertSupported, taskStates } from '../../../emulator/step-functions/support.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';
const task = (more = {}) => ({ Type: 'Task', Resource: `${LAMBDA}A`, End: true, ...more });
const machine = (states: object, more = {}) => ({ StartAt: 'A', States: states, ...more });

describe('assertSupported', () => {
  it('takes plain JSONPath with Lambda functions, however deep', () => {
    const map = { Type: 'Map', ItemProcessor: machine({ B: task() }), End: true };
    const parallel = { Type: 'Parallel', Branches: [machine({ C: task() })], End: true };
    expect(() => assertSupported(machine({ A: task(), Map: map, Parallel: parallel }))).not.toThrow();
  });

  it.each([
    [machine({ A: task({ QueryLanguage: 'JSONata' }) }), /"A": QueryLanguage/],
    [machine({ A: task() }, { QueryLanguage: 'JSONata' }), /QueryLanguage/],
    [machine({ A: task({ HeartbeatSeconds: 5 }) }), /HeartbeatSeconds/],
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
