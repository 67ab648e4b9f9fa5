import { ar, arj, cab, cpioBinary, cpioNew, cpioOdc, iso, lzh, rar4, rar5, rpm, xar } from './archives.ts';
import { wim } from './documents.ts';
import { type Sample, sampleOf } from './sample.ts';
import { pack } from './seven-zip.ts';
import { bzip2, compressZ, gzip, lz4, lzip, lzmaAlone, xz, zstd } from './streams.ts';
import { plainTar } from './tar.ts';
import { plainZip } from './zip.ts';

/** A container of each kind with malware in it. Where the kind compresses nothing, what is in it is compressed. */
export interface Kind {
  readonly name: string;
  readonly extension: string;
  /** How it ends where something opens it. */
  readonly verdict: string;
  readonly build: (sample: Sample) => Buffer | Promise<Buffer>;
}

/** Built once for each seed: many cases put it somewhere. */
function kind(name: string, extension: string, build: Kind['build'], verdict = 'INFECTED'): Kind {
  const built = new Map<string, ReturnType<Kind['build']>>();
  const once = ({ seed }: Sample) => {
    const archive = built.get(seed) ?? build(sampleOf(seed, name));
    built.set(seed, archive);
    return archive;
  };
  return { name, extension, build: once, verdict };
}

const hidden = ({ malware }: Sample): Buffer => gzip(malware);

export const KINDS: readonly Kind[] = [
  kind('zip', 'zip', (s) => plainZip(s.name('com'), s.malware)),
  kind('zip of LZMA', 'zip', (s) => pack('zip', { a: s.malware }, '-mm=LZMA')),
  kind('7z', '7z', (s) => pack('7z', { a: s.malware })),
  kind('7z of BZip2', '7z', (s) => pack('7z', { a: s.malware }, '-m0=BZip2')),
  kind('tar', 'tar', (s) => plainTar('a.gz', hidden(s))),
  kind('gzip', 'gz', (s) => gzip(s.malware)),
  kind('gzip of two members', 'gz', (s) => Buffer.concat([gzip(s.good), gzip(s.malware)])),
  kind('bzip2', 'bz2', (s) => bzip2(s.malware)),
  kind('bzip2 of two streams', 'bz2', async (s) => Buffer.concat([await bzip2(s.good), await bzip2(s.malware)])),
  kind('xz', 'xz', (s) => xz(s.malware)),
  kind('zstd', 'zst', (s) => zstd(s.malware)),
  kind('lzma', 'lzma', (s) => lzmaAlone(s.malware)),
  kind('compress', 'Z', (s) => compressZ(s.line)),
  kind('RAR 4', 'rar', (s) => rar4('a.gz', hidden(s))),
  kind('RAR 5', 'rar', (s) => rar5('a.gz', hidden(s))),
  kind('cab', 'cab', (s) => cab('a.com', s.malware)),
  kind('arj', 'arj', (s) => arj('a.gz', hidden(s))),
  kind('lzh', 'lzh', (s) => lzh('a.gz', hidden(s))),
  kind('cpio', 'cpio', (s) => cpioNew('a.gz', hidden(s))),
  kind('cpio with sums', 'cpio', (s) => cpioNew('a.gz', hidden(s), '070702')),
  kind('cpio of old', 'cpio', (s) => cpioOdc('a.gz', hidden(s))),
  kind('cpio in binary', 'cpio', (s) => cpioBinary('a.gz', hidden(s))),
  kind('ar', 'deb', (s) =>
    ar({ 'debian-binary': Buffer.from('2.0\n'), 'data.tar.gz': gzip(plainTar('a.gz', hidden(s))) }),
  ),
  kind('rpm', 'rpm', (s) => rpm(gzip(cpioNew('a.gz', hidden(s))))),
  kind('xar', 'xar', (s) => xar('a.gz', hidden(s))),
  kind('iso', 'iso', (s) => iso('a.gz', hidden(s))),
  kind('wim', 'wim', (s) => wim('a.gz', hidden(s))),
  kind('lzip', 'lz', (s) => lzip(s.malware)),
  kind('lz4', 'lz4', (s) => lz4(s.line), 'UNSCANNABLE unsupported-format:lz4'),
];
