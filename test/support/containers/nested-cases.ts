import { docxWith, olePackage, pdfWith } from './documents.ts';
import type { HostileCase } from './hostile-case.ts';
import { KINDS } from './kinds.ts';
import { pack } from './seven-zip.ts';
import { gzip } from './streams.ts';
import { plainTar } from './tar.ts';
import { plainZip } from './zip.ts';

type Wrap = (name: string, content: Buffer) => Buffer | Promise<Buffer>;

const WRAPPERS: Readonly<Record<string, Wrap>> = {
  zip: plainZip,
  tar: plainTar,
  'tar.gz': (name, content) => gzip(plainTar(name, content)),
  '7z': (name, content) => pack('7z', { [name]: content }, '-m0=Deflate'),
  docx: (name, content) => docxWith({ [`word/embeddings/${name}`]: content }),
  'OLE package': (name, content) => olePackage(name, content),
  'docx with an OLE package': (name, content) =>
    docxWith({ 'word/embeddings/oleObject1.bin': olePackage(name, content) }),
};

const inside = (wrappers: Readonly<Record<string, Wrap>>): readonly HostileCase[] =>
  Object.entries(wrappers).flatMap(([outer, wrap]) =>
    KINDS.map(({ name, extension, build, verdict }) => ({
      name: `${name} in ${outer}`,
      build: async (sample) => wrap(sample.name(extension), await build(sample)),
      verdicts: [verdict],
    })),
  );

/** Each kind in each kind that carries others. */
export const NESTED_CASES = inside(WRAPPERS);

/** Not run yet: the streams of PDF files are not handed out so far. */
export const NESTED_IN_PDF_CASES = inside({ 'a PDF attachment': (_, content) => pdfWith(content) });
