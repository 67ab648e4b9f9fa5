import { expect, it } from '@jest/globals';
import { explainedRefusal } from '../../../../cli/operations/quarantine/quarantine-fault.ts';

const fault = (message: string, httpStatusCode = 403) =>
  Object.assign(new Error(message), { name: 'AccessDenied', $metadata: { httpStatusCode } });

it.each([
  [
    'User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:…',
    'kms:Decrypt',
  ],
  ['Access Denied because object protected by object lock.', '--bypass-lock'],
  ['Access Denied', 'quarantine.operatorRoleArns'],
  ['', 'quarantine.operatorRoleArns'],
])('%j says what to do: %s', (message, advice) => {
  const { message: told } = explainedRefusal(fault(message), 'restore', 'arn:me');
  expect(told).toContain('may not restore as arn:me');
  expect(told).toContain(advice);
  expect(told).not.toContain('\n');
});

it('leaves what is no refusal as it is', () => {
  const other = fault('no such bucket', 404);
  expect(explainedRefusal(other, 'restore')).toBe(other);
});
