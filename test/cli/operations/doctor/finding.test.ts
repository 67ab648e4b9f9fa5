import { expect, it } from '@jest/globals';
import type { Patient } from '../../../../cli/operations/doctor/clients.ts';
import { examine, failure, isDenied, ok, warning, worst } from '../../../../cli/operations/doctor/finding.ts';
import { stackStatus } from '../../../../cli/operations/doctor/stack-checks.ts';

const fault = (name: string, status = 400) =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });

it.each([
  ['AccessDenied', 403, true],
  ['AccessDeniedException', 400, true],
  ['AuthorizationErrorException', 403, true],
  ['UnknownError', 403, true],
  ['ThrottlingException', 400, false],
  ['NoSuchBucket', 404, false],
])('%s with status %d is a denial: %s', (name, status, denied) => {
  expect(isDenied(fault(name, status))).toBe(denied);
});

it('a check that fails is a finding', async () => {
  const look = async (why: Error) => {
    const permissions = ['s3:GetX', 's3:GetY'];
    return examine({ check: 'c', subject: 's', permissions, look: () => Promise.reject(why) });
  };
  expect(await look(fault('AccessDenied', 403))).toEqual([
    {
      check: 'c',
      subject: 's',
      level: 'warning',
      found: 'not checked: AWS denies it to these credentials',
      todo: 'allow them s3:GetX and s3:GetY',
    },
  ]);
  expect(await look(fault('Gone'))).toMatchObject([{ level: 'warning', found: 'not checked: Gone: no' }]);
});

it('the worst finding counts', () => {
  expect(worst([])).toBe('ok');
  expect(worst([ok(''), warning('')])).toBe('warning');
  expect(worst([failure(''), warning(''), ok('')])).toBe('failure');
});

it.each([
  ['CREATE_COMPLETE', 'ok'],
  ['UPDATE_COMPLETE', 'ok'],
  ['UPDATE_IN_PROGRESS', 'warning'],
  ['UPDATE_ROLLBACK_COMPLETE', 'warning'],
  ['UPDATE_ROLLBACK_FAILED', 'failure'],
  ['UPDATE_FAILED', 'failure'],
])('a stack in %s: %s', async (status, level) => {
  const [finding] = await examine(stackStatus({ deployed: { status } } as unknown as Patient));
  expect(finding).toMatchObject({ check: 'stack', subject: null, level });
});
