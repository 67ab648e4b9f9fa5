import { expect, it } from '@jest/globals';
import { mappingSettings } from '../../../emulator/lambda/mapping-settings.ts';

it('has the defaults of AWS', () => {
  expect(mappingSettings({ EventSourceArn: 'q', FunctionName: 'f' })).toEqual({
    batchSize: 10,
    batchingWindowSeconds: 0,
    maximumConcurrency: 1000,
    reportsBatchItemFailures: false,
  });
});

it('takes what the template sets', () => {
  const settings = mappingSettings({
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 1,
    ScalingConfig: { MaximumConcurrency: 2 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    Enabled: true,
  });
  expect(settings).toEqual({
    batchSize: 100,
    batchingWindowSeconds: 1,
    maximumConcurrency: 2,
    reportsBatchItemFailures: true,
  });
});

it.each([
  [{ BatchSize: 0 }, 'BatchSize must be between 1 and 10000, not 0'],
  [{ BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }, 'BatchSize must be between'],
  [{ BatchSize: 11 }, 'Maximum batch window in seconds must be greater than 0'],
  [{ MaximumBatchingWindowInSeconds: 301 }, 'MaximumBatchingWindowInSeconds must be between'],
  [{ ScalingConfig: { MaximumConcurrency: 1 } }, 'MaximumConcurrency must be between 2 and 1000, not 1'],
  [{ ScalingConfig: { MaximumConcurrency: 1001 } }, 'MaximumConcurrency must be between'],
])('refuses %j as AWS does', (properties, message) => {
  const refused = expect.objectContaining({
    name: 'InvalidParameterValueException',
    message: expect.stringContaining(message),
  });
  expect(() => mappingSettings(properties)).toThrow(refused as unknown as Error);
});

it.each(['FilterCriteria', 'ProvisionedPollerConfig', 'KmsKeyArn', 'DestinationConfig'])('%s is refused', (name) => {
  expect(() => mappingSettings({ [name]: {} })).toThrow(`${name} of an event source mapping has no local counterpart`);
});
