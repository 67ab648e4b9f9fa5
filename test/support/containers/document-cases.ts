import { compoundFile, docxWith, epubWith, mailWith, odtWith, olePackage, packagedFile, pdfWith } from './documents.ts';
import { caught, clean, type HostileCase, infected, refused } from './hostile-case.ts';
import type { Sample } from './sample.ts';
import { pack } from './seven-zip.ts';
import { gzip } from './streams.ts';
import { plainTar } from './tar.ts';
import { plainZip, zipOf } from './zip.ts';

const OBFUSCATION = ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'];

/** Containers among documents. What is inside PDF files: `PDF_CASES`. */
export const DOCUMENT_CASES: readonly HostileCase[] = [
  infected('docx: a picture that is the token', (s) => docxWith({ 'word/media/image1.png': s.malware })),
  infected('docx: a 7z of BZip2 as a picture', async (s) =>
    docxWith({ 'word/media/image1.png': await pack('7z', { a: s.malware }, '-m0=BZip2') }),
  ),
  infected('docx: an attachment', async (s) =>
    docxWith({ 'word/embeddings/oleObject1.bin': olePackage('a.7z', await pack('7z', { a: s.malware }, '-m0=BZip2')) }),
  ),
  infected('docx: an attachment of two gzip members', (s) =>
    docxWith({ 'word/embeddings/oleObject1.bin': olePackage('a.gz', Buffer.concat([gzip(s.good), gzip(s.malware)])) }),
  ),
  caught('docx: the package of an attachment gives another length', 'ambiguous-archive:ole-package', (s) => {
    const native = packagedFile('a.gz', Buffer.concat([gzip(s.good), gzip(s.malware)]));
    native.writeUInt32LE(native.length - 10, 0);
    return docxWith({ 'word/embeddings/oleObject1.bin': compoundFile({ '\x01Ole10Native': native }) });
  }),
  caught('docx: bytes behind the package of an attachment', 'ambiguous-archive:ole-package', (s) => {
    const native = Buffer.concat([packagedFile('a.gz', Buffer.concat([gzip(s.good), gzip(s.malware)])), s.bytes(20)]);
    return docxWith({ 'word/embeddings/oleObject1.bin': compoundFile({ '\x01Ole10Native': native }) });
  }),
  infected('ole: a stream of any name', (s) =>
    compoundFile({ CONTENTS: Buffer.concat([gzip(s.good), gzip(s.malware)]), Other: s.bytes(5000) }),
  ),
  infected('ole: a long stream', async (s) =>
    compoundFile({ Package: await pack('7z', { a: Buffer.concat([s.bytes(6000), s.malware]) }, '-m0=PPMd') }),
  ),
  infected('ole: a compound file in a compound file', async (s) =>
    compoundFile({ Package: compoundFile({ CONTENTS: await pack('7z', { a: s.malware }, '-m0=BZip2') }) }),
  ),
  refused('ole: under a password', 'encrypted', (s) =>
    compoundFile({ EncryptionInfo: s.bytes(300), EncryptedPackage: s.bytes(5000) }),
  ),
  refused('ole: under a password, its names in another order', 'encrypted', (s) =>
    compoundFile({ a: s.bytes(20), b: s.bytes(20), c: s.bytes(20), d: s.bytes(9000), EncryptedPackage: s.bytes(5000) }),
  ),
  refused('ole: under a password, in a zip', 'encrypted', (s) =>
    plainZip(s.name('docx'), compoundFile({ EncryptionInfo: s.bytes(300), EncryptedPackage: s.bytes(5000) })),
  ),
  refused('ole: under a password, in a tar.gz', 'encrypted', (s) =>
    gzip(plainTar(s.name('docx'), compoundFile({ EncryptionInfo: s.bytes(300), EncryptedPackage: s.bytes(5000) }))),
  ),
  refused('odt: under a password', 'encrypted', (s) => odtWith(s.bytes(1500))),
  refused('odt: under a password, the prefix another', 'encrypted', (s) => odtWith(s.bytes(1500), 'm:')),
  refused('odt: under a password, without a prefix', 'encrypted', (s) => odtWith(s.bytes(1500), '')),
  refused('odt: under a password, in a zip', 'encrypted', (s) => plainZip(s.name('odt'), odtWith(s.bytes(1500)))),
  refused('odt: under a password, the manifest behind much white space', 'encrypted', (s) => {
    const manifest = `<?xml version="1.0"?>${' '.repeat(1_200_000)}<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`;
    return zipOf([
      { name: 'content.xml', content: s.bytes(900), method: 0 },
      { name: 'META-INF/manifest.xml', content: Buffer.from(manifest) },
    ]);
  }),
  refused('odt: under a password, the manifest in UTF-16', 'encrypted', (s) =>
    zipOf([
      { name: 'content.xml', content: s.bytes(900), method: 0 },
      {
        name: 'META-INF/manifest.xml',
        content: Buffer.from('\ufeff<manifest:manifest><manifest:encryption-data/></manifest:manifest>', 'utf16le'),
      },
    ]),
  ),
  refused('epub: under a password', 'encrypted', (s) =>
    epubWith(['http://www.w3.org/2001/04/xmlenc#aes256-cbc'], s.bytes(900)),
  ),
  refused('epub: under a password, and a font obfuscated', 'encrypted', (s) =>
    epubWith([...OBFUSCATION, 'http://www.w3.org/2001/04/xmlenc#aes128-cbc'], s.bytes(900)),
  ),
  clean('epub: fonts obfuscated', (s) => epubWith(OBFUSCATION, s.bytes(900))),
  clean('odt: an ordinary text', (s) => odtWith(s.good, 'manifest:', false)),
  clean('docx: an ordinary document', (s) => docxWith({ 'word/a.xml': s.good })),
  clean('docx: an ordinary attachment', (s) =>
    docxWith({ 'word/embeddings/oleObject1.bin': olePackage('a.txt', s.good) }),
  ),
  ...Object.entries({
    gzip: (s: Sample) => gzip(s.malware),
    zip: (s: Sample) => plainZip('a', s.malware),
    tar: (s: Sample) => plainTar('a.gz', gzip(s.malware)),
    text: (s: Sample) => s.malware,
  }).flatMap(([kind, build]) => [
    infected(`ole: ${kind} in a short stream`, (s) => compoundFile({ CONTENTS: build(s) })),
    infected(`ole: ${kind} among long streams`, (s) =>
      compoundFile({ a: s.bytes(5000), b: Buffer.concat([build(s)]), c: s.bytes(9000) }),
    ),
    infected(`ole: ${kind} in a Word document`, (s) =>
      compoundFile({ WordDocument: s.bytes(5000), '1Table': s.bytes(4096), ObjectPool: build(s) }),
    ),
  ]),
  caught('ole: cut off', 'ambiguous-archive:7z-behind-content', async (s) =>
    compoundFile({ Package: await pack('7z', { a: s.malware }, '-m0=BZip2') }).subarray(0, -1024),
  ),
  infected('mail: a zip', (s) => mailWith('a.zip', plainZip('a', s.malware))),
  infected('mail: a zip, in a zip', (s) => plainZip(s.name('eml'), mailWith('a.zip', plainZip('a', s.malware)))),
];

export const PDF_CASES: readonly HostileCase[] = [
  infected('pdf: the token as an attachment', (s) => pdfWith(s.malware)),
];
