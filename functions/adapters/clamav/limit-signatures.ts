import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Every zip compression method except those that ClamAV unpacks: stored, imploded, deflated, deflate64, bzip2; 99 is
 * AES.
 */
const UNKNOWN_ZIP_METHODS = [1, 2, 3, 4, 5, 7, 10, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98];

/** First bytes of archives that ClamAV 1.4 does not unpack at all. */
const UNKNOWN_ARCHIVES = { Zstandard: '28b52ffd', Lz4: '04224d18', Lzip: '4c5a495001' };
/** A plug-in under a separate license unpacks RAR; Debian has it in non-free. */
const RAR = { Rar: '526172211a07' };
/** Starts like a zip but has no directory (`PK 1 2`), or no end of one (`PK 5 6`): other programs read it anyway. */
const ZIP_WITHOUT_DIRECTORY = 'ZipDirectory;Engine:90-255,Target:0;(0&((1=0)|(2=0)));0:504b0304;504b0102;504b0506';

const LIBRARY_FOLDERS = ['usr/lib', 'usr/lib64', 'usr/local/lib', 'usr/local/lib64', 'opt/homebrew/lib'];

/**
 * Adds signatures for content that ClamAV 1.4.6 reports as OK without scanning all of it: zip members with sizes in
 * ZIP64 fields (it reads 0xFFFFFFFF instead), longer than MaxFileSize (cut off there) or with unknown compression,
 * zips with a truncated directory, and archives it cannot open. They apply at any depth. Named like clamd's own
 * limits, they are reported like them: only if no real signature matches.
 * @see https://github.com/Cisco-Talos/clamav/issues/1527 https://github.com/Cisco-Talos/clamav/pull/1832
 * @see https://docs.clamav.net/manual/Signatures/ContainerMetadata.html
 */
export function writeLimitSignatures(database: string, maxObjectBytes: number, rar: boolean = unpacksRar()): void {
  const sizes = `${maxObjectBytes + 1}-4294967295`;
  const methods = UNKNOWN_ZIP_METHODS.map((method) => method.toString(16).padStart(2, '0')).join('|');
  const archives = { ...UNKNOWN_ARCHIVES, ...(!rar && RAR) };
  const byContent = [
    `ZipMethod:0:*:504b0304????????(${methods})00`,
    ...Object.entries(archives).map(([name, hex]) => `${name}:0:0:${hex}`),
  ];
  const lines = (signatures: readonly string[]) =>
    signatures.map((signature) => `Heuristics.Limits.Exceeded.${signature}\n`).join('');
  writeFileSync(join(database, 'airlock-limits.cdb'), lines([`ZipMemberSize:CL_TYPE_ZIP:*:*:*:${sizes}:*:*:*:*`]));
  writeFileSync(join(database, 'airlock-limits.ndb'), lines(byContent));
  writeFileSync(join(database, 'airlock-limits.ldb'), lines([ZIP_WITHOUT_DIRECTORY]));
}

/** Whether ClamAV’s plug-in for RAR is installed in the file system at `root`. */
export function unpacksRar(root = '/'): boolean {
  const names = (folder: string) => {
    try {
      return readdirSync(join(root, folder));
    } catch {
      return [];
    }
  };
  const multiarch = names('usr/lib').filter((name) => name.endsWith('-linux-gnu'));
  return [...LIBRARY_FOLDERS, ...multiarch.map((name) => join('usr/lib', name))].some((folder) =>
    names(folder).some((name) => name.startsWith('libclamunrar_iface.')),
  );
}
