import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type * as loaded from '../../../../functions/adapters/clamav/clamd-configuration.ts';
import {
  type ClamdSettings,
  writeClamdConfiguration,
} from '../../../../functions/adapters/clamav/clamd-configuration.ts';
import { DEFAULT_SCAN_BUDGET } from '../../../../functions/domain/scan-budget.ts';
import { onPlatform } from '../../../support/processes.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'clamd-configuration-')));
const definitions = join(root, 'definitions');
const configuration = join(root, 'own.conf');
const GIB = 1024 ** 3;
const settings: ClamdSettings = { configuration, definitions, maxObjectBytes: 1000, maxScanMilliseconds: 5000 };
let folder: string;

beforeAll(() => {
  mkdirSync(join(definitions, 'folder.ndb'), { recursive: true });
  writeFileSync(join(definitions, 'a.ndb'), 'A');
  symlinkSync(join(definitions, 'a.ndb'), join(definitions, 'link.ndb'));
  writeFileSync(configuration, 'ExitOnÖOM yes');
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'private-'));
});
afterAll(() => rmSync(root, { recursive: true }));

it.each([
  [1000, 4000 * 1024 ** 2],
  [1_999_999_999, 4000 * 1024 ** 2],
  [3 * GIB, 6 * GIB],
])('adds to the directives what depends on the place and on the limits: objects of %i bytes', (limit, maxScanSize) => {
  const { file, socket } = writeClamdConfiguration(folder, { ...settings, maxObjectBytes: limit });
  expect([file, socket]).toEqual([join(folder, 'clamd.conf'), join(folder, 's')]);
  expect(readFileSync(file, 'utf8').split('\n')).toEqual([
    'ExitOnÖOM yes',
    `DatabaseDirectory ${join(folder, 'db')}`,
    `LocalSocket ${socket}`,
    `TemporaryDirectory ${join(folder, 'tmp')}`,
    `MaxFileSize ${limit}`,
    `StreamMaxLength ${limit}`,
    `MaxScanSize ${maxScanSize}`,
    'MaxScanTime 5000',
    '',
  ]);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

it('gives clamd a view of the files of the set, wherever it lies, and the limits beside them', () => {
  const link = join(folder, 'linked');
  symlinkSync(definitions, link);
  writeClamdConfiguration(folder, { ...settings, definitions: relative(process.cwd(), link) });
  const view = join(folder, 'db');
  const limits = ['airlock-limits.cdb', 'airlock-limits.ldb', 'airlock-limits.ndb'];
  expect(readdirSync(view).sort()).toEqual(['a.ndb', ...limits, 'link.ndb'].sort());
  rmSync(link);
  expect(readFileSync(join(view, 'a.ndb'), 'utf8')).toBe('A');
  expect(readFileSync(join(view, 'airlock-limits.cdb'), 'utf8')).toContain(':1001-');
});

describe('the path of the socket', () => {
  /** Loaded again: it looks at the platform once. */
  const loadedFor = (platform: string): Promise<typeof loaded> =>
    import(`../../../../functions/adapters/clamav/clamd-configuration.ts?${platform}`);

  /** A folder whose socket has a path of so many bytes. */
  function folderFor(bytes: number): string {
    const deep = join(folder, 'ü'.padEnd(bytes - Buffer.byteLength(join(folder, '/x/s')), 'x'));
    mkdirSync(deep);
    return deep;
  }

  it.each([
    ['linux', 107],
    ['darwin', 103],
  ] as const)('may be as long as the kernel takes it, and no longer: %s', async (platform, longest) => {
    const { writeClamdConfiguration: write } = await onPlatform(platform, () => loadedFor(platform));
    expect(Buffer.byteLength(write(folderFor(longest), settings).socket)).toBe(longest);
    const longer = folderFor(longest + 1);
    expect(() => write(longer, settings)).toThrow(
      expect.objectContaining({
        name: 'InvalidConfiguration',
        message: `a Unix socket's path is at most ${longest} bytes long: ${join(longer, 's')}`,
      }),
    );
    expect(readdirSync(longer)).toEqual([]);
  });
});

it('lets a session wait longer than any scan may take', () => {
  const own = readFileSync('infra/scanner/clamd.conf', 'utf8');
  const seconds = Number(/^ReadTimeout (\d+)$/m.exec(own)?.[1]);
  // clamd says COMMAND READ TIMED OUT in the middle of a session, by default after 120 s, and scans may wait for each other.
  expect(seconds).toBeGreaterThan(24 * 3600);
  expect(seconds * 1000).toBeGreaterThan(100 * DEFAULT_SCAN_BUDGET.maxMilliseconds);
});
