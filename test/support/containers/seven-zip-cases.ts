import { elf, pe } from './documents.ts';
import { caught, clean, type HostileCase, infected, refused } from './hostile-case.ts';
import type { Sample } from './sample.ts';
import { pack, packTwice, volumes } from './seven-zip.ts';
import { gzip, xz } from './streams.ts';
import { plainTar } from './tar.ts';
import { plainZip } from './zip.ts';

const seven =
  (...options: readonly string[]) =>
  (s: Sample) =>
    pack('7z', { [s.name('com')]: s.malware }, ...options);

export const SEVEN_ZIP_CASES: readonly HostileCase[] = [
  ...['Copy', 'LZMA', 'LZMA2', 'BZip2', 'Deflate', 'Deflate64', 'PPMd'].map((method) =>
    infected(method, seven(`-m0=${method}`)),
  ),
  ...['BCJ', 'Delta:4', 'ARM', 'ARMT', 'ARM64', 'SPARC', 'PPC', 'IA64', 'RISCV', 'SWAP2', 'SWAP4'].map((filter) =>
    infected(`the filter ${filter}`, seven(`-m0=${filter}`, '-m1=LZMA')),
  ),
  infected('two filters and BZip2', seven('-m0=Delta:2', '-m1=BCJ', '-m2=BZip2')),
  infected('the second file of a solid block', (s) => pack('7z', { a: s.good, b: s.malware }, '-ms=on')),
  infected('the second block', (s) => pack('7z', { a: s.good, b: s.malware }, '-ms=off')),
  infected('the second block of another method', (s) => packTwice('7z', { a: s.good }, { b: s.malware }, '-m0=BZip2')),
  infected('beside files that are empty', (s) =>
    pack('7z', { a: Buffer.alloc(0), b: s.malware, c: Buffer.alloc(0) }, '-m0=PPMd'),
  ),
  infected('headers that are not compressed', seven('-mhc=off', '-m0=BZip2')),
  infected('times and attributes', seven('-mtc=on', '-mta=on', '-mtr=on', '-m0=PPMd')),
  infected('7z in xz in tar in gzip', async (s) =>
    gzip(plainTar('a.xz', await xz(await pack('7z', { a: s.malware }, '-m0=BZip2')))),
  ),
  infected('7z in 7z in 7z', async (s) => {
    const inner = await pack('7z', { a: s.malware }, '-m0=BZip2');
    return pack('7z', { b: await pack('7z', { c: inner }, '-m0=PPMd') }, '-m0=Deflate64');
  }),
  infected('BZip2 in a zip', async (s) => plainZip(s.name('7z'), await pack('7z', { a: s.malware }, '-m0=BZip2'))),
  refused('encrypted', 'encrypted', seven('-psecret')),
  refused('encrypted headers', 'encrypted', seven('-psecret', '-mhe=on')),
  refused('an encrypted second file', 'encrypted', (s) => packTwice('7z', { a: s.good }, { b: s.malware }, '-psecret')),
  refused(
    'the first of several volumes',
    'ambiguous-archive:7z-broken',
    async (s) =>
      (await volumes('7z', { a: Buffer.concat([s.bytes(3000), s.malware]) }, '-v1k', '-m0=BZip2')).values().next()
        .value as Buffer,
  ),
  refused('cut off', 'ambiguous-archive:7z-broken', async (s) => (await seven('-m0=BZip2')(s)).subarray(0, -10)),
  caught('a wrong checksum of the file', 'ambiguous-archive:7z-broken', async (s) => {
    const archive = Buffer.from(await seven('-m0=BZip2')(s));
    archive[60] = (archive[60] ?? 0) ^ 0x55;
    return archive;
  }),
  caught('bytes behind', 'ambiguous-archive:7z-suffix', async (s) =>
    Buffer.concat([await pack('7z', { a: s.good }), await seven('-m0=BZip2')(s)]),
  ),
  caught('bytes in front', 'ambiguous-archive:7z-behind-content', async (s) =>
    Buffer.concat([s.bytes(100), await seven('-m0=BZip2')(s)]),
  ),
  infected('behind a program for Linux', async (s) => Buffer.concat([elf(), await seven('-m0=BZip2')(s)])),
  infected('behind a program for Windows', async (s) => Buffer.concat([pe(), await seven('-m0=BZip2')(s)])),
  infected('behind a program, and bytes behind it', async (s) =>
    Buffer.concat([pe(), Buffer.from(';!@Install@!UTF-8!\n;!@InstallEnd@!'), await seven('-m0=PPMd')(s)]),
  ),
  caught('a file over the limit', 'limits-exceeded:size', (s) =>
    pack('7z', { a: Buffer.concat([Buffer.alloc(5_000_000), s.malware]) }),
  ),
  caught('two archives behind a program', 'ambiguous-archive:archive-suffix', async (s) =>
    Buffer.concat([pe(), await pack('7z', { a: s.good }), await seven('-m0=BZip2')(s)]),
  ),
  refused('an encrypted archive behind a program', 'encrypted', async (s) =>
    Buffer.concat([pe(), await seven('-psecret', '-mhe=on')(s)]),
  ),
  clean('an ordinary archive', (s) => pack('7z', { [s.name('txt')]: s.good })),
  clean('nothing but empty files', () => pack('7z', { a: Buffer.alloc(0), b: Buffer.alloc(0) })),
  clean('with any method', (s) => pack('7z', { [s.name('txt')]: s.good, b: s.bytes(4000) }, '-m0=PPMd', '-ms=on')),
].map((one) => ({ ...one, name: `7z: ${one.name}` }));
