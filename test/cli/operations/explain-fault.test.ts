import { afterEach, expect, it } from '@jest/globals';
import { explained } from '../../../cli/operations/explain-fault.ts';

const { AWS_PROFILE } = process.env;
afterEach(() => {
  if (AWS_PROFILE === undefined) delete process.env.AWS_PROFILE;
  else process.env.AWS_PROFILE = AWS_PROFILE;
});

const fault = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

it.each<[Error, RegExp]>([
  [fault('Error', 'Region is missing'), /^no region is set: give --region/],
  [
    fault('CredentialsProviderError', 'Token is expired. To refresh this SSO session run `aws sso login`'),
    /^the login has expired: /,
  ],
  [fault('TokenProviderError', 'Token is expired'), /^the login has expired: /],
  [
    fault('CredentialsProviderError', 'Could not load credentials from any providers'),
    /^there are no AWS credentials: .*--local$/,
  ],
  [
    fault('ExpiredTokenException', 'The security token included in the request is expired.'),
    /^the credentials have expired \(.*expired\): log in/,
  ],
  [fault('UnrecognizedClientException', 'The security token is invalid'), /^AWS does not accept the credentials/],
  [fault('SignatureDoesNotMatch', 'The request signature'), /^AWS does not accept the credentials/],
  [
    fault('Error', 'connect', { code: 'ECONNREFUSED', address: '127.0.0.1', port: 7 }),
    /^nothing answers at http:\/\/127\.0\.0\.1:7: /,
  ],
  [
    new AggregateError([fault('Error', 'connect', { code: 'ECONNREFUSED', address: '::1', port: 7 })]),
    /^nothing answers at http:\/\/::1:7: /,
  ],
  [
    fault('Error', 'getaddrinfo ENOTFOUND sqs.eu-wst-1.amazonaws.com', {
      code: 'ENOTFOUND',
      hostname: 'sqs.eu-wst-1.amazonaws.com',
    }),
    /^sqs\.eu-wst-1\.amazonaws\.com is not found: check the region/,
  ],
  [fault('ThrottlingException', 'Rate exceeded'), /^AWS throttles these calls \(ThrottlingException: Rate exceeded\)/],
  [fault('AccessDenied', 'User is not authorized to perform: s3:GetObject'), /^AccessDenied: User is not authorized/],
  [new Error('the stack S3Airlock is being deleted'), /^the stack S3Airlock is being deleted$/],
])('%s', (thrown, said) => {
  delete process.env.AWS_PROFILE;
  expect(explained(thrown)).toMatch(said);
});

it('names the profile that has no credentials', () => {
  process.env.AWS_PROFILE = 'prod';
  expect(explained(fault('CredentialsProviderError', 'Could not load credentials'))).toMatch(
    /^there is no profile prod /,
  );
});

it('is one line, and safe to print, whoever wrote the message', () => {
  expect(explained(new Error('one\n  two\u001b[2J\u009b'))).toBe('one two\\u001b[2J\\u009b');
  expect(explained('text')).toBe('text');
});
