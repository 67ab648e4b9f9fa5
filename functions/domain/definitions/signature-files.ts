import { DefinitionsFile } from './published-definitions.ts';

/** ClamAV's official, digitally signed sets. */
const OFFICIAL = /^(main|daily|bytecode)\.(cvd|cld|cud)$/;
/** @see https://docs.clamav.net/manual/Signatures.html */
const EXTENSIONS = new Set(
  'cvd cld cud cdb cbc crb fp ftm hdb hdu hsb hsu idb ign ign2 imp info ldb ldu mdb mdu msb msu ndb ndu pdb sfp wdb yar yara'.split(
    ' ',
  ),
);

export const isOfficial = (name: string): boolean => OFFICIAL.test(name);

/** Whether clamd would load a file of this name. */
export const isSignatureFile = (name: string): boolean => EXTENSIONS.has(name.slice(name.lastIndexOf('.') + 1));

/** The engine gets files of s3-airlock's own beside them: `airlock-limits.ndb`, the list of ignored signatures. */
const OURS = 'airlock-';

/** Whether an operator may add a file of this name: no path, and never a replacement of an official set or of ours. */
export const isOwnSignatureFile = (name: string): boolean =>
  DefinitionsFile.shape.name.safeParse(name).success &&
  isSignatureFile(name) &&
  !isOfficial(name) &&
  !name.startsWith(OURS);
