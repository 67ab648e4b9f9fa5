import { describe, expect, it } from '@jest/globals';
import { outputsOfAirlock, readStackReference } from '../../../cli/operations/airlock-outputs.ts';

const OWN_STACK = new Map([
  ['Guard', '{}'],
  ['ScanUploadArn', 'arn:scan'],
  ['WatchedBucketuploadsGate0A1B2C3D', 'gate'],
]);
const ONE_IN_AN_APP = new Map([
  ['AirlockGuard01234567', '{}'],
  ['AirlockScanUploadArn89ABCDEF', 'arn:scan'],
  ['AirlockWatchedBucketUploadsGate0A1B2C3D', 'gate'],
  ['WebsiteUrl', 'https://example.com'],
]);
const TWO = new Map([
  ['UploadsAirlockGuard01234567', '{}'],
  ['UploadsAirlockScanUploadArn00000001', 'arn:one'],
  ['MailAirlockGuard01234568', '{}'],
  ['MailAirlockScanUploadArn00000002', 'arn:two'],
]);

describe('the outputs of an airlock', () => {
  it.each([
    ['in a stack of its own', OWN_STACK],
    ['in a stack of an application', ONE_IN_AN_APP],
  ])('%s have their own names', (_, outputs) => {
    const found = outputsOfAirlock(outputs, { stack: 'Shop' });
    expect(found.get('ScanUploadArn')).toBe('arn:scan');
    expect([...found.keys()].filter((key) => /^WatchedBucket.*Gate$/.test(key))).toHaveLength(1);
    expect(found.has('WebsiteUrl')).toBe(false);
  });

  it('of several are told apart', () => {
    const arnIn = (airlock: string) => outputsOfAirlock(TWO, { stack: 'Shop', airlock }).get('ScanUploadArn');
    expect([arnIn('UploadsAirlock'), arnIn('MailAirlock')]).toEqual(['arn:one', 'arn:two']);
  });

  it.each([
    ['none', new Map([['WebsiteUrl', 'x']]), {}, 'the stack Shop has no output Guard: is it an s3-airlock?'],
    ['several', TWO, {}, 'Name one: --stack Shop/UploadsAirlock, --stack Shop/MailAirlock'],
    ['another', TWO, { airlock: 'Post' }, 'has no airlock Post; it has: UploadsAirlock, MailAirlock'],
  ])('a stack with %s is an error that says what to do', (_, outputs, more, message) => {
    expect(() => outputsOfAirlock(outputs, { stack: 'Shop', ...more })).toThrow(message);
  });
});

it.each([
  ['Shop', { stack: 'Shop' }],
  ['Shop/Airlock', { stack: 'Shop', airlock: 'Airlock' }],
  ['Shop/Files/Airlock', { stack: 'Shop', airlock: 'FilesAirlock' }],
  ['arn:aws:cloudformation:eu-west-1:1:stack/Shop/0-1', { stack: 'arn:aws:cloudformation:eu-west-1:1:stack/Shop/0-1' }],
  [
    'arn:aws:cloudformation:eu-west-1:1:stack/Shop/0-1/Airlock',
    { stack: 'arn:aws:cloudformation:eu-west-1:1:stack/Shop/0-1', airlock: 'Airlock' },
  ],
])('reads --stack %s', (text, expected) => expect(readStackReference(text)).toEqual(expected));
