import { describe, expect, it } from '@jest/globals';
import { flagsTakenByNpm, withSeparator } from '../../local/npm-flags.ts';

const FLAGS = ['--port', '--versioned', '--no-versioned', '--test-signatures', '--definitions', '--prefix', '--json'];

describe('flags that npm took for its own', () => {
  it.each([
    ['nothing', {}, [], []],
    ['a flag', { npm_config_test_signatures: 'true' }, ['scan', 'a'], ['--test-signatures']],
    ['a flag whose value is left over', { npm_config_port: 'true' }, ['5000'], ['--port']],
    ['a flag with its value', { npm_config_definitions: '/own' }, [], ['--definitions=/own']],
    ['what switches something on', { npm_config_versioned: 'true' }, [], ['--versioned']],
    ['what switches something off', { npm_config_versioned: '' }, [], ['--no-versioned']],
    ['one of npm’s own flags, too', { npm_config_json: 'true' }, ['scan', 'a'], ['--json']],
    ['a flag that the command got', { npm_config_json: 'true' }, ['scan', '--json', 'a'], []],
    ['a flag that the command got with a value', { npm_config_port: '1' }, ['--port=5000'], []],
    ['npm’s prefix, which is always there', { npm_config_prefix: '/usr' }, [], []],
    ['settings of others', { npm_config_fund: '', npm_config_yes: 'true' }, [], []],
  ])('%s', (_, environment, given, taken) => {
    expect(flagsTakenByNpm(FLAGS, environment, given)).toEqual(taken);
  });

  it('are told with the command that works', () => {
    expect(withSeparator('local', ['--test-signatures'], ['scan', 'a'])).toMatch(
      /npm took --test-signatures .* npm run local -- --test-signatures scan a$/,
    );
  });
});
