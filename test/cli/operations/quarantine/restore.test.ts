import { expect, it } from '@jest/globals';
import { type RestoreProps, restoreCopy } from '../../../../cli/operations/quarantine/restore.ts';

/** What else a restore does: test/scenarios/quarantine-command.test.ts. */
it.each([
  ['to where it was', 'exports/old.exe', undefined],
  ['to another place', 'in/old.exe', { bucket: 'uploads', key: 'exports/' }],
])(
  'nothing is restored %s under a trusted prefix: no scan would judge it, and no request is made',
  async (_, key, target) => {
    const unused = new Proxy({}, { get: () => () => Promise.reject(new Error('asked')) });
    const gateOf = () => ({ trusted: [{ prefix: 'exports/', writerRoleArns: [] }] });
    const props = {
      ...{ s3: unused, cloudFormation: unused, deployed: { gateOf, output: () => 'quarantine' }, target },
      copy: { original: { bucket: 'uploads', key } },
    };
    await expect(restoreCopy(props as unknown as RestoreProps)).rejects.toThrow('nothing under exports/ is scanned');
  },
);
