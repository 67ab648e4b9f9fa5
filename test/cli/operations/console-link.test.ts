import { describe, expect, it } from '@jest/globals';
import { consoleLink } from '../../../cli/operations/console-link.ts';

const AT = new Date('2026-11-26T00:00:00Z');

describe('the console has a page', () => {
  it.each([
    [
      'arn:aws:states:eu-west-1:111122223333:execution:Scan:0f-1',
      'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:111122223333:execution:Scan:0f-1',
    ],
    [
      'arn:aws-cn:states:cn-north-1:111122223333:execution:Scan:0f-1',
      'https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#/v2/executions/details/arn:aws-cn:states:cn-north-1:111122223333:execution:Scan:0f-1',
    ],
    [
      'arn:aws:states:eu-west-1:111122223333:express:Scan:0f-1:9a',
      'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/express-executions/details/arn:aws:states:eu-west-1:111122223333:express:Scan:0f-1:9a?startDate=1795651200000',
    ],
    [
      'arn:aws:states:eu-west-1:111122223333:mapRun:Rescan/Objects:0f-1',
      'https://eu-west-1.console.aws.amazon.com/go/view?arn=arn%3Aaws%3Astates%3Aeu-west-1%3A111122223333%3AmapRun%3ARescan%2FObjects%3A0f-1',
    ],
    [
      'arn:aws-us-gov:cloudwatch:us-gov-west-1:111122223333:alarm:S3 Airlock: age',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#alarmsV2:alarm/S3%20Airlock%3A%20age',
    ],
  ])('for %s', (arn, url) => {
    expect(consoleLink(arn, AT)).toBe(url);
  });
});

it.each([
  ['npm run local', 'arn:aws:states:us-east-1:000000000000:execution:Scan:0f-1'],
  ['a partition whose console is not public', 'arn:aws-iso:states:us-iso-east-1:111122223333:execution:Scan:0f-1'],
  ['anything else', 'arn:aws:sqs:eu-west-1:111122223333:queue'],
  ['what is no ARN', 'constructor'],
])('none for %s', (_, arn) => {
  expect(consoleLink(arn)).toBeUndefined();
});
