import { HOSTS, mailWith } from './documents.ts';
import { caught, type HostileCase } from './hostile-case.ts';
import { pack } from './seven-zip.ts';
import { gzip, skippableFrame, zstd } from './streams.ts';

const { concat } = Buffer;

/** Known to come out CLEAN, and not run: what only ClamAV opens, in which it skips what it cannot read. */
export const OPEN_CASES: readonly HostileCase[] = [
  caught('mail: a 7z of BZip2', 'unsupported-format:mail', async (s) =>
    mailWith('a.7z', await pack('7z', { a: s.malware }, '-m0=BZip2')),
  ),
  caught('a zip of LZMA with the comment %%EOF behind pdf', 'ambiguous-archive:zip-behind-content', async (s) => {
    const zip = Buffer.from(await pack('zip', { a: s.malware }, '-mm=LZMA'));
    zip.writeUInt16LE(5, zip.length - 2);
    return concat([HOSTS.pdf?.() ?? Buffer.alloc(0), zip, Buffer.from('%%EOF')]);
  }),
  caught('a 7z between two ends of a pdf', 'ambiguous-archive:7z-behind-content', async (s) =>
    concat([
      HOSTS.pdf?.() ?? Buffer.alloc(0),
      await pack('7z', { a: s.malware }, '-m0=BZip2'),
      Buffer.from('\nstartxref\n9\n%%EOF\n'),
    ]),
  ),
  caught('zstd: an archive in a skippable frame', 'ambiguous-archive:zstd-frame', (s) =>
    concat([zstd(s.good), skippableFrame(gzip(s.malware), 3)]),
  ),
];
