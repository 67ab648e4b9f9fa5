import { describe, expect, it } from '@jest/globals';
import { executionName, isExpress, machineOf, machineTitle } from '../../../../console/page/model/arns.ts';
import { digestOf } from '../../../../console/page/model/digest.ts';

describe('what a row says', () => {
  it('of an upload', () => {
    const input = { detail: { bucket: { name: 'uploads' }, object: { key: '<b>', size: 3, 'version-id': 'v' } } };
    const output = { verdict: { status: 'INFECTED', finding: 'Eicar' } };
    expect(digestOf(JSON.stringify(input), JSON.stringify(output))).toEqual({
      ...{ title: '<b>', bucket: 'uploads', size: 3, versionId: 'v', verdict: 'INFECTED', finding: 'Eicar' },
    });
  });

  it('of a rescan', () => {
    expect(digestOf('{"bucket":"uploads","prefix":"in/"}', '{"scanned":2,"infected":1,"failed":0}')).toMatchObject({
      ...{ title: 'uploads/in/', bucket: 'uploads', verdict: undefined, finding: '2 scanned, 1 infected, 0 failed' },
    });
  });

  it.each([undefined, '', 'null', '7', '{', '[]', '{"detail":null}', '{"detail":{"object":null}}'])(
    'of what is not as expected: %j',
    (text) => expect(digestOf(text, text)).toMatchObject({ title: '', verdict: undefined }),
  );
});

describe('ARNs', () => {
  const before = 'arn:aws:states:us-east-1:000000000000';

  it('tell the state machine, and of which Map an execution is the child', () => {
    expect(machineOf(`${before}:execution:M:name`)).toEqual({ arn: `${before}:stateMachine:M`, label: undefined });
    expect(machineOf(`${before}:express:M:name:run`)).toEqual({ arn: `${before}:stateMachine:M`, label: undefined });
    expect(machineOf(`${before}:execution:M/Label:name`)).toEqual({ arn: `${before}:stateMachine:M`, label: 'Label' });
  });

  it('tell the name', () => {
    expect(executionName(`${before}:execution:M:name`)).toBe('name');
    expect(executionName(`${before}:express:M:name:run`)).toBe('name');
    expect([isExpress(`${before}:express:M:n:r`), isExpress(`${before}:execution:M:n`)]).toEqual([true, false]);
  });

  it.each([
    ['ScanUploadStateMachine0549862F', 'Scan Upload'],
    ['S3AirlockScanUploadStateMachine0549862F-AbC123', 'S3 Airlock Scan Upload'],
    ['of-somebody', 'of-somebody'],
  ])('%s is called %s', (name, title) => expect(machineTitle(name)).toBe(title));
});
