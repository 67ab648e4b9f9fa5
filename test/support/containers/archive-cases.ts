import { cab, cpioNew, rar4, rar5, warc } from './archives.ts';
import { pe } from './documents.ts';
import { caught, clean, type HostileCase, infected, refused } from './hostile-case.ts';
import { KINDS } from './kinds.ts';
import { gzip } from './streams.ts';
import { plainTar } from './tar.ts';
import { plainZip } from './zip.ts';

const { concat } = Buffer;

export const ARCHIVE_CASES: readonly HostileCase[] = [
  ...KINDS.map(({ name, build, verdict }): HostileCase => ({ name: `${name}: by itself`, build, verdicts: [verdict] })),
  ...KINDS.filter(({ verdict }) => verdict === 'INFECTED')
    .map(({ name, build }) =>
      caught(`${name}: cut off`, 'ambiguous-archive:', async (s) => {
        const archive = await build(s);
        return archive.subarray(0, archive.length - Math.min(20, archive.length >> 3));
      }),
    )
    .map((one) => ({ ...one, verdicts: ['INFECTED', 'UNSCANNABLE'] })),
  refused('RAR 4: headers under a password', 'encrypted', (s) => rar4('a', s.bytes(200), { headersEncrypted: true })),
  refused('RAR 4: a file under a password', 'encrypted', (s) => rar4('a', s.bytes(208), { fileEncrypted: true })),
  caught('RAR 4: the first of several volumes', 'ambiguous-archive:rar-broken', (s) =>
    rar4('a', gzip(s.malware), { volume: true }),
  ),
  refused('RAR 5: headers under a password', 'encrypted', (s) => rar5('a', s.bytes(208), { headersEncrypted: true })),
  refused('RAR 5: a file under a password', 'encrypted', (s) => rar5('a', s.bytes(208), { fileEncrypted: true })),
  refused('RAR 5: the first of several volumes', 'ambiguous-archive:rar-broken', (s) =>
    rar5('a', gzip(s.good), { volume: true }),
  ),
  infected('RAR 4: a file called ..', (s) => rar4('../../a', gzip(s.malware))),
  infected('RAR 5: in a RAR 4', (s) => rar4('a.rar', rar5('b.gz', gzip(s.malware)))),
  caught('RAR 5: bytes behind', 'ambiguous-archive:rar-suffix', (s) => concat([rar5('a', s.good), gzip(s.malware)])),
  infected('RAR 5: behind a program', (s) => concat([pe(), rar5('a.gz', gzip(s.malware))])),
  infected('RAR 4: behind a program', (s) => concat([pe(), rar4('a.gz', gzip(s.malware))])),
  refused('RAR 5: encrypted, behind a program', 'encrypted', (s) =>
    concat([pe(), rar5('a', s.bytes(208), { headersEncrypted: true })]),
  ),
  infected('cab: nothing compressed', (s) => cab('a.gz', gzip(s.malware), false)),
  caught('cpio: two archives', 'ambiguous-archive:cpio-suffix', (s) =>
    concat([cpioNew('a', s.good), cpioNew('b.gz', gzip(s.malware))]),
  ),
  infected('cpio: in gzip', (s) => gzip(cpioNew('a.gz', gzip(s.malware)))),
  infected('warc: in a zip', (s) => plainZip('a.warc', warc(s.malware))),
  clean('RAR 4: an ordinary archive', (s) => rar4(s.name('txt'), s.good)),
  clean('RAR 5: an ordinary archive', (s) => rar5(s.name('txt'), s.good)),
  clean('cab: an ordinary archive', (s) => cab(s.name('txt'), s.good)),
  clean('cpio: an ordinary archive', (s) => gzip(cpioNew(s.name('txt'), plainTar('a', s.good)))),
];
