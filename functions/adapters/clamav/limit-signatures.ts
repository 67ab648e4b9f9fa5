import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every zip compression method but those that ClamAV unpacks: stored, imploded, deflated, deflate64, bzip2; 99 is AES. */
const UNKNOWN_ZIP_METHODS = [1, 2, 3, 4, 5, 7, 10, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98];

/** First bytes of archives that ClamAV 1.4 does not unpack at all. */
const UNKNOWN_ARCHIVES = { zstd: '28b52ffd', lz4: '04224d18', lzip: '4c5a495001' };
/** RAR is unpacked by a plug-in under its own license, which Debian keeps in non-free. */
const RAR = { rar: '526172211a07' };
/** What begins like a zip but has no directory (`PK 1 2`), or no end of one (`PK 5 6`): other programs still read it. */
const ZIP_WITHOUT_DIRECTORY = 'Engine:90-255,Target:0;(0&((1=0)|(2=0)));0:504b0304;504b0102;504b0506';

const LIBRARY_FOLDERS = ['usr/lib', 'usr/lib64', 'usr/local/lib', 'usr/local/lib64', 'opt/homebrew/lib'];

/** The beginning of the names of these signatures: clamd reports them where no real signature matched. */
export const UNSUPPORTED = 'Heuristics.Limits.Exceeded.Unsupported';

/**
 * Adds signatures for containers that ClamAV 1.4.6 calls OK without having scanned all of them. Our own readers open
 * such containers wherever they find them (functions/domain/containers); these signatures are for places where only
 * ClamAV looks, such as the attachments of a mail. What our readers have opened is not reported.
 *
 * @see https://github.com/Cisco-Talos/clamav/issues/1527 https://github.com/Cisco-Talos/clamav/pull/1832
 * @see https://docs.clamav.net/manual/Signatures/ContainerMetadata.html
 */
export function writeLimitSignatures(database: string, maxObjectBytes: number, rar: boolean = unpacksRar()): void {
  const methods = UNKNOWN_ZIP_METHODS.map((method) => method.toString(16).padStart(2, '0')).join('|');
  const archives = { ...UNKNOWN_ARCHIVES, ...(!rar && RAR) };
  // Anchored, since programs that handle archives hold these bytes as constants.
  const byContent = [
    `${UNSUPPORTED}.zip-method:0:0:504b0304????????(${methods})00`,
    ...Object.entries(archives).map(([name, hex]) => `${UNSUPPORTED}.${name}:0:0:${hex}`),
  ];
  const zipMember = (name: string, sizes: string) => `${name}:CL_TYPE_ZIP:*:*:*:${sizes}:*:*:*:*`;
  const byMember = [
    // ClamAV reads 0xFFFFFFFF where a size is in ZIP64 fields, and cuts longer members off. As a lower bound that number
    // would mean any size.
    zipMember(`${UNSUPPORTED}.zip64`, '4294967294-4294967295'),
    zipMember('Heuristics.Limits.Exceeded.MaxFileSize.zip-size', `${maxObjectBytes + 1}-4294967293`),
  ];
  const lines = (signatures: readonly string[]) => signatures.map((signature) => `${signature}\n`).join('');
  writeFileSync(join(database, 'airlock-limits.cdb'), lines(byMember));
  writeFileSync(join(database, 'airlock-limits.ndb'), lines(byContent));
  writeFileSync(join(database, 'airlock-limits.ldb'), lines([`${UNSUPPORTED}.zip-directory;${ZIP_WITHOUT_DIRECTORY}`]));
}

/** Whether ClamAV's plug-in for RAR is installed in the file system at `root`. */
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
