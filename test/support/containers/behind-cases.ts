import { elf, HOSTS, pe } from './documents.ts';
import { caught, clean, type HostileCase, infected } from './hostile-case.ts';
import { KINDS } from './kinds.ts';
import { pack } from './seven-zip.ts';
import { xz } from './streams.ts';
import { stored, zipOf } from './zip.ts';

const { concat } = Buffer;
/** What programs find behind other content, by its magic number. */
const FOUND = KINDS.filter(({ name }) => /^(?:zip|7z|RAR|xz|cab|bzip2)/.test(name));
const rule = (name: string) =>
  `ambiguous-archive:${name.replace('RAR 4', 'rar').replace('RAR 5', 'rar').replace(/ .*/, '')}-behind-content`;
const hosts = Object.entries(HOSTS);

export const BEHIND_CASES: readonly HostileCase[] = [
  ...hosts.flatMap(([host, content]) =>
    FOUND.map(({ name, build }) =>
      caught(`${name} behind ${host}`, rule(name), async (s) => concat([content(), await build(s)])),
    ),
  ),
  ...FOUND.flatMap(({ name, build }) => [
    infected(`${name} behind a program for Linux`, async (s) => concat([elf(), await build(s)])),
    infected(`${name} behind a program for Windows`, async (s) => concat([pe(), s.bytes(100), await build(s)])),
    caught(`${name} behind an image in a zip`, rule(name), async (s) =>
      zipOf([stored(s.name('jpg'), concat([HOSTS.jpeg?.() ?? Buffer.alloc(0), await build(s)]))]),
    ),
    caught(`${name} between image and zeros`, rule(name), async (s) =>
      concat([HOSTS.png?.() ?? Buffer.alloc(0), await build(s), Buffer.alloc(100_000)]),
    ),
  ]),
  caught('a decoy and 7z behind a program', 'ambiguous-archive:archive-broken', async (s) =>
    concat([pe(), (await xz(s.good)).subarray(0, 12), s.bytes(30), await pack('7z', { a: s.malware }, '-m0=BZip2')]),
  ),
  caught('a 7z that is cut off behind a program', 'ambiguous-archive:7z-behind-content', async (s) =>
    concat([pe(), (await pack('7z', { a: s.malware }, '-m0=BZip2')).subarray(0, -5)]),
  ),
  clean('programs that know the magic numbers', (s) =>
    concat([
      elf(),
      s.bytes(50),
      Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'),
      s.bytes(50),
      Buffer.from('Rar!\x1a\x07\0Rar!\x1a\x07\x01\0PK\x03\x04PK\x01\x02PK\x05\x06', 'latin1'),
      s.bytes(80),
    ]),
  ),
  ...hosts.map(([host, content]) => clean(`${host} alone`, content)),
  ...hosts.map(([host, content]) =>
    clean(`${host} with zeros behind it`, () => concat([content(), Buffer.alloc(300)])),
  ),
];
