import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, encryptedZip, zip } from '../../../../local/samples.ts';
import { tokenOf } from '../../../support/containers/sample.ts';
import { type Scanning, said, startScanning } from '../../../support/containers/scanning.ts';
import { pack } from '../../../support/containers/seven-zip.ts';

/** What ClamAV's own lists cover, and what not: docs/decisions/0028. */
const SEED = 'allow-lists';
const bad = Buffer.concat([Buffer.from('text\n'), tokenOf(SEED), Buffer.from('\n')]);
let zipped: Buffer;
let packed: Buffer;
let both: Buffer;
let scanning: Scanning | undefined;

beforeAll(async () => {
  zipped = await zip({ 'a.txt': bad });
  both = await zip({ 'a.txt': bad, 'b.txt': eicar() });
  packed = await pack('7z', { 'a.txt': bad });
});
afterEach(async () => {
  await scanning?.close();
});

/** The verdicts of the whole product with this list among the definitions. */
async function verdictsWith(name: string, lines: readonly string[]) {
  scanning = await startScanning(SEED, { TEST_SIGNATURES: 'allowed' });
  const { environment } = scanning;
  writeFileSync(join(environment.DEFINITIONS_DIRECTORY ?? '', name), lines.map((line) => `${line}\n`).join(''));
  const scan = async (content: Buffer) => said((await scanning?.scan(content)) as never);
  return {
    file: await scan(bad),
    'in zip': await scan(zipped),
    'in gzip': await scan(gzipSync(bad)),
    'in 7z': await scan(packed),
    'beside EICAR': await scan(both),
    encrypted: await scan(encryptedZip()),
  };
}
const trust = (content: Buffer) => `${createHash('sha256').update(content).digest('hex')}:${content.length}:trusted`;
const NOTHING = {
  file: 'INFECTED',
  'in zip': 'INFECTED',
  'in gzip': 'INFECTED',
  'in 7z': 'INFECTED',
  'beside EICAR': 'INFECTED',
  encrypted: 'UNSCANNABLE encrypted',
};

describe('a list of hashes (.sfp)', () => {
  it('holds for a file and its copies in zip and gzip, and not in 7z', async () => {
    const verdicts = await verdictsWith('x.sfp', [trust(bad)]);
    expect(verdicts).toEqual({ ...NOTHING, file: 'CLEAN', 'in zip': 'CLEAN', 'in gzip': 'CLEAN' });
  });

  it('holds for a whole zip, and not for a whole 7z, nor for what is no signature', async () => {
    const verdicts = await verdictsWith('x.sfp', [trust(zipped), trust(packed), trust(encryptedZip())]);
    expect(verdicts).toEqual({ ...NOTHING, 'in zip': 'CLEAN' });
  });
});

describe('a list of signatures to ignore (.ign2)', () => {
  it('holds in whatever content, and for that signature alone', async () => {
    const verdicts = await verdictsWith('x.ign2', ['Test.Token']);
    const ignored = { file: 'CLEAN', 'in zip': 'CLEAN', 'in gzip': 'CLEAN', 'in 7z': 'CLEAN' };
    expect(verdicts).toEqual({ ...NOTHING, ...ignored });
  });

  it('knows no name with the ending of a report, and nothing that says what was not scanned', async () => {
    expect(await verdictsWith('x.ign2', ['Test.Token.UNOFFICIAL', 'Heuristics.Encrypted.Zip'])).toEqual(NOTHING);
  });
});
