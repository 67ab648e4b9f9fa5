import { describe, expect, it } from '@jest/globals';
import { CALLS, findCall } from '../../../console/server/calls.ts';

it.each(Object.entries(CALLS).flatMap(([service, calls]) => Object.keys(calls).map((action) => [service, action])))(
  'knows %s %s',
  (service, action) => expect(findCall(service, action)?.call.command.name).toBe(`${action}Command`),
);

it.each([
  ['states', 'DeleteStateMachine'],
  ['s3', 'PutBucketPolicy'],
  ['s3', 'DeleteBucket'],
  ['lambda', 'Invoke'],
  ['states', 'constructor'],
  ['__proto__', 'toString'],
  ['constructor', 'name'],
  ['', ''],
])('does not know %s %s', (service, action) => expect(findCall(service, action)).toBe(undefined));

describe('in whose name', () => {
  it('readers and uploaders are asked as themselves, so that the gate answers as it would to them', () => {
    expect(CALLS.s3.HeadObject.as).toBe('reader');
    expect(CALLS.s3.PutObject.as).toBe('uploader');
  });
});
