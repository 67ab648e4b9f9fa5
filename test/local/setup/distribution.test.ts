import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const { howToInstall, isInstalled } = await import(resolve('local/setup/distribution.mjs'));

const NEED = { what: 'ClamAV', packages: ['clamav-daemon', 'clamav-freshclam'], elsewhere: 'Install it otherwise' };
const COMMAND = 'apt-get install --no-install-recommends clamav-daemon clamav-freshclam';

const machine = (apt: boolean, root: boolean, sudo: boolean, may: boolean) => ({
  apt,
  root,
  sudo,
  maySudo: () => may,
});

describe('A need is met', () => {
  it('when its programs are on the PATH', () => {
    expect(isInstalled({ probes: ['node'] })).toBe(true);
    expect(isInstalled({ probes: ['node', 'no-such-program'] })).toBe(false);
  });

  it('only when Ruby finds its gems, if it has some', () => {
    expect(isInstalled({ probes: ['node'], gems: ['no-such-gem'] })).toBe(false);
  });
});

describe('Packages of the distribution', () => {
  it.each([
    ['root', machine(true, true, false, false), []],
    ['who may use sudo', machine(true, false, true, true), ['sudo']],
  ])('are installed by %s', (_, machine, prefix) => {
    expect(howToInstall(NEED, machine)).toEqual({ prefix });
  });

  it.each([
    ['without apt-get', machine(false, true, true, true), /not Debian or Ubuntu. Install it otherwise, then run this/],
    ['without sudo', machine(true, false, false, false), new RegExp(`As root, run \`${COMMAND}\`, then`)],
    ['whom sudo refuses', machine(true, false, true, false), new RegExp(`has to run \`sudo ${COMMAND}\`; then`)],
  ])('are named to somebody %s', (_, machine, fault) => {
    expect(howToInstall(NEED, machine).fault).toMatch(fault);
    expect(howToInstall(NEED, machine).fault).toMatch(/^ClamAV is missing/);
  });
});
