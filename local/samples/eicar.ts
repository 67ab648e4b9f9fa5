import { nestedZip, zip } from './zip-files.ts';

/**
 * The industry's harmless test file, 68 bytes. Joined at run time so that no scanner blocks this source. INFECTED
 * (`Eicar-Test-Signature`, `Win.Test.EICAR_HDB-1`, … depending on the definitions) as `.txt`, in a zip, in a zip in
 * a zip.
 * @see https://www.eicar.org/download-anti-malware-testfile/
 */
export const eicar = (): Buffer =>
  Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST', '-FILE!$H+H*'].join(''));

export const eicarInZip = (): Promise<Buffer> => zip({ 'eicar.txt': eicar() });
export const eicarInNestedZip = (): Promise<Buffer> => nestedZip(2, eicar(), 'eicar.txt');
