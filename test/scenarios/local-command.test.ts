import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ScanRecord } from '../../local/commands/scan-record.ts';
import { eicar, writeZipBomb } from '../../local/samples.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { ROOT } from '../../local/stack/synthesis.ts';
import { childrenNamed, holdsOpen, until } from '../support/processes.ts';
import { type SignatureMirror, silence, startSignatureMirror } from '../support/signature-mirror.ts';

/** `npm run local -- …` from outside: what it prints, how it exits, and that nothing remains. */
const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
const isRoot = process.getuid?.() === 0;
/** As root without root's right to read everything: like an ordinary user, but also in root's folders. */
const WITHOUT_OVERRIDE = ['setpriv', '--inh-caps=-all', '--bounding-set=-dac_override,-dac_read_search', '--'];

beforeAll(() => chmodSync(folder, 0o755));
afterAll(() => rmSync(folder, { recursive: true }));

const NOTICE = 'test signatures: only EICAR is detected';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Circumstances {
  readonly meanwhile?: (child: ChildProcess) => Promise<unknown>;
  readonly under?: readonly string[];
}

/** Runs to the end with test signatures, `meanwhile` beside it. */
const local = (args: readonly string[], circumstances: Circumstances = {}) =>
  strictly([...args, '--test-signatures'], circumstances);

/** The same under definitions of one's own. */
async function strictly(args: readonly string[], { meanwhile, under = [] }: Circumstances = {}): Promise<Ended> {
  const [command = '', ...rest] = [...under, process.execPath, join(ROOT, 'local/main.ts'), ...args];
  const child = spawn(command, rest, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      XDG_CACHE_HOME: join(folder, 'cache'),
      AIRLOCK_LOCAL_PROFILE: join(folder, 'local.json'),
    },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr), meanwhile?.(child)]);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-${child.pid}-`))).toEqual([]);
  expect(childrenNamed('clamd', child.pid)).toEqual([]);
  return { code, stdout, stderr };
}

const records = (stdout: string): ScanRecord[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('scan', () => {
  it('any folder: a line for each file, whatever else lies there', async () => {
    const files = join(folder, 'files');
    mkdirSync(join(files, 'sub'), { recursive: true });
    writeFileSync(join(files, 'clean.txt'), 'all is well');
    writeFileSync(join(files, 'eicar.txt'), eicar());
    writeFileSync(join(files, 'sub', 'clean.txt'), 'all is well');
    symlinkSync('clean.txt', join(files, 'link.txt'));
    symlinkSync('nowhere', join(files, 'dangling'));
    symlinkSync('.', join(files, 'loop'));
    execFileSync('mkfifo', [join(files, 'pipe')]);
    symlinkSync('pipe', join(files, 'piped'));
    writeFileSync(
      Buffer.concat([Buffer.from(`${files}/latin-`), Buffer.from([0xe9]), Buffer.from('.txt')]),
      'all is well',
    );
    writeFileSync(join(files, 'unreadable.txt'), 'x', { mode: 0o000 });
    mkdirSync(join(files, 'unreadable'), { mode: 0o000 });

    const { code, stdout, stderr } = await local(['scan', '--json', files], { under: isRoot ? WITHOUT_OVERRIDE : [] });
    expect(records(stdout).map(({ key, status, finding }) => [key, status, finding])).toEqual([
      ['clean.txt', 'CLEAN', null],
      ['eicar.txt', 'INFECTED', expect.stringMatching(/eicar/i)],
      ['latin-\ufffd.txt', 'CLEAN', null],
      ['link.txt', 'CLEAN', null],
      ['sub/clean.txt', 'CLEAN', null],
      ['unreadable/', 'ERROR', 'not-uploaded:EACCES'],
      ['unreadable.txt', 'ERROR', 'not-uploaded:EACCES'],
    ]);
    for (const [name, what] of [
      ['dangling', 'a symbolic link that cannot be followed'],
      ['loop', 'a symbolic link to a folder, not followed'],
      ['piped', 'neither a file nor a folder'],
      ['pipe', 'neither a file nor a folder'],
    ]) {
      expect(stderr).toContain(`${files}/${name}: ${what}, skipped\n`);
    }
    expect(code).toBe(1);
  });

  it('a folder: what is asked for, and a summary of all', async () => {
    const files = join(folder, 'some');
    mkdirSync(files);
    writeFileSync(join(files, 'a.txt'), 'all is well');
    writeFileSync(join(files, 'b.txt'), eicar());
    writeFileSync(join(files, 'eicar.com'), eicar());
    const only = await local(['scan', '--only', 'infected', files]);
    expect(only.stdout).toMatch(/^INFECTED {5}.*b\.txt.*\n\n3 files, .*: 1 CLEAN, 1 INFECTED, 1 REJECTED/);
    expect(only.stdout).toContain('1 file was refused by type or extension before the scan');
    const quiet = await local(['scan', '--quiet', files]);
    expect([quiet.code, quiet.stdout.trimStart()]).toEqual([1, expect.stringMatching(/^3 files, [^\n]*\n$/)]);
    const wrong = await local(['scan', '--only', 'bad', files]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('BAD is none of CLEAN, INFECTED')]);
  });

  it('files of one name, without versions, and what the configuration leaves out', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    for (const [path, content] of [
      [one, eicar()],
      [two, 'all is well'],
    ] as const) {
      mkdirSync(path);
      writeFileSync(join(path, 'same.txt'), content);
    }
    writeFileSync(join(two, 'other.md'), 'all is well');
    const config = join(folder, 'config.json');
    writeFileSync(config, JSON.stringify({ buckets: [{ suffixes: ['.txt'] }] }));
    const { code, stdout, stderr } = await local([
      'scan',
      '--json',
      '--no-versioned',
      '--config',
      config,
      one,
      two,
      one,
    ]);
    expect(records(stdout).map(({ key, status }) => [key, status])).toEqual([
      ['same.txt', 'INFECTED'],
      ['other.md', 'ERROR'],
      ['same.txt', 'CLEAN'],
      ['same.txt', 'INFECTED'],
    ]);
    expect(stderr).toContain('other.md: not scanned: the configuration excludes it');
    expect(code).toBe(1);
  });
});

it('a path is meant from where npm was called', () => {
  const calledFrom = join(folder, 'called-from');
  mkdirSync(calledFrom);
  const env = { ...process.env, npm_lifecycle_event: 'local', INIT_CWD: calledFrom };
  const scan = (path: string) =>
    spawnSync(process.execPath, [join(ROOT, 'local/main.ts'), 'scan', '--test-signatures', '--config', 'none', path], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
  expect(scan('package.json').stderr).toBe('error: package.json: no such file or folder\n');
  writeFileSync(join(calledFrom, 'here.txt'), 'x');
  expect(scan('here.txt').stderr).toBe('error: none: no such file\n');
});

describe('a mistake of the user’s ends with exit code 2 and says what it is', () => {
  const write = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return name;
  };

  it.each([
    ['wrong flag', () => ['--frob'], /unknown option '--frob'/],
    ['wrong command', () => ['scna', folder], /unknown command 'scna'/],
    ['no path', () => ['scan'], /missing required argument 'path'/],
    ['bad port', () => ['--port', '99999'], /not a port number/],
    ['missing path', () => ['scan', write('there.txt', 'x'), 'nope'], /^error: nope: no such file or folder$/m],
    ['missing configuration', () => ['--config', 'nope.json'], /^error: nope.json: no such file$/m],
    ['configuration that is no JSON', () => ['--config', write('no.json', '{')], /^error: no.json: not JSON: /m],
    [
      'configuration that is a list',
      () => ['--config', write('list.json', '[]')],
      /^error: list.json: not a JSON object/m,
    ],
    [
      'unknown key and bad value in the configuration',
      () => ['--config', write('bad.json', '{"bukets":[],"maxObjectBytes":-1}')],
      /airlock\.maxObjectBytes: -1 is not a size\nairlock\.bukets: unknown key .*did you mean buckets/,
    ],
    ['definitions folder that does not exist', () => ['--definitions', 'nope'], /no definitions folder.*nope/],
    [
      'folder of definitions that is empty',
      () => ['--definitions', mkdtempSync(join(folder, 'empty-'))],
      /no definitions in/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await local(args());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await local(['--port', String(port)]);
    other.close();
    expect([code, stdout]).toEqual([2, '']);
    // One of the ports behind it may be taken too.
    expect(stderr).toMatch(/error: port \d+ is in use/);
  });
});

describe('nothing is CLEAN without signatures', () => {
  const given = join(folder, 'given');
  let mirror: SignatureMirror;
  beforeAll(async () => {
    await writeEicarDefinitions(given);
    writeFileSync(join(folder, 'note.txt'), 'all is well');
    mirror = await startSignatureMirror();
    mirror.put('base.ndb', 'Some.Malware:0:*:6d616c77617265\n');
    const definitions = { mirror: null, customUrls: [`${mirror.url}/base.ndb`], allowInsecureMirror: true };
    writeFileSync(join(folder, 'mirror.json'), JSON.stringify({ definitions }));
    const nobody = { mirror: null, customUrls: ['https://127.0.0.1:9/base.ndb'] };
    writeFileSync(join(folder, 'nobody.json'), JSON.stringify({ definitions: nobody }));
  });
  afterAll(() => mirror.close());

  const COMMANDS = [
    ['scan', ['scan', 'note.txt']],
    ['scan --json', ['scan', '--json', 'note.txt']],
    ['rescan', ['rescan', 'note.txt']],
    ['rescan --json', ['rescan', '--json', '--strategy', 'all', 'note.txt']],
    ['the server', ['--port', '0']],
  ] as const;

  it.each(COMMANDS)(
    '%s refuses definitions that find nothing but EICAR: exit code 2 and what to do',
    async (_, args) => {
      const { code, stdout, stderr } = await strictly([...args, '--definitions', given]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        /^error: the definitions in .*given hold no signature but EICAR's\. .*--test-signatures.*\n$/,
      );
    },
  );

  it.each(COMMANDS)('%s ends with 2 and what to do when the mirror cannot be reached', async (_, args) => {
    const { code, stdout, stderr } = await strictly([...args, '--config', 'nobody.json']);
    expect([code, stdout]).toEqual([2, '']);
    const [told, error, ...rest] = stderr.split('\n');
    expect(told).toMatch(/^definitions: fetching definitions with freshclam into .*\/cache\/s3-airlock\/definitions\//);
    expect(error).toMatch(
      /^error: there are no definitions to scan with \(freshclam ended with 5.*\)\. .*--definitions/,
    );
    expect(rest).toEqual(['']);
  });

  it('--no-update asks no mirror', async () => {
    const { code, stdout, stderr } = await strictly(['scan', 'note.txt', '--no-update', '--config', 'mirror.json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: there are no definitions to scan with\. .*--no-update.*\n$/);
    expect(mirror.requests).toEqual([]);
  });

  it('a mirror that can be reached comes first, and what it gave is enough afterwards', async () => {
    const args = ['scan', '--json', 'note.txt', '--config', 'mirror.json', '--definitions-cache', join(folder, 'kept')];
    const first = await strictly(args);
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/^definitions: fetching .*\/kept\/.*\ndefinitions: base\.ndb updated \(version.*\n$/);
    expect(records(first.stdout)).toMatchObject([
      { key: 'note.txt', status: 'CLEAN', definitions: expect.stringMatching(/^local-[0-9a-f]{8}$/) },
    ]);
    mirror.forget();
    const second = await strictly([...args, '--no-update']);
    expect([second.code, second.stderr, mirror.requests]).toEqual([0, '', []]);
  });

  it('test signatures are named in every line, record and total', async () => {
    const files = join(folder, 'under-test');
    mkdirSync(files);
    writeFileSync(join(files, 'a.txt'), 'all is well');
    writeFileSync(join(files, 'b.txt'), eicar());
    writeFileSync(join(files, 'c.pdf'), 'not a PDF');
    writeFileSync(join(files, 'd.txt'), '');

    const scanned = await local(['scan', files]);
    expect(scanned.stderr).toBe(`${NOTICE}\n`);
    // What the findings mean stands below, indented.
    const lines = scanned.stdout.split('\n').filter((line) => /^\S/.test(line));
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/\(definitions: test(-[0-9a-f]{8})?\)$/);

    const asJson = await local(['scan', '--json', files]);
    expect(records(asJson.stdout).map(({ definitions }) => definitions?.replace(/-[0-9a-f]{8}$/, ''))).toEqual(
      Array(4).fill('test'),
    );
    const totals = await local(['rescan', '--json', '--strategy', 'all', files]);
    expect(JSON.parse(totals.stdout)).toMatchObject({ definitions: expect.stringMatching(/^test-[0-9a-f]{8}$/) });
    const read = await local(['rescan', '--strategy', 'all', files]);
    expect(read.stdout).toMatch(/^definitions +test-[0-9a-f]{8}$/m);
  });
});

describe('interrupted', () => {
  it('in the middle of a scan by Ctrl-C, and beside it another one by SIGTERM while it listens', async () => {
    const bomb = join(folder, 'bomb.zip');
    await writeZipBomb(bomb);
    const [scan, serve] = await Promise.all([
      local(['scan', '--json', bomb], {
        async meanwhile(child) {
          await until(() => child.exitCode !== null || childrenNamed('clamd', child.pid).some(scansCopyOf(child)));
          child.kill('SIGINT');
        },
      }),
      local(['--port', '0'], {
        async meanwhile(child) {
          await new Promise((resolve) => child.stdout?.once('data', resolve));
          child.kill('SIGTERM');
        },
      }),
    ]);
    expect([scan.code, scan.stdout]).toEqual([130, '']);
    expect(scan.stderr).not.toContain('error');
    expect(serve.code).toBe(143);
    expect(serve.stdout).toContain('is listening');
  });

  it('in the middle of many files, of which some are on their way', async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    // Longer than what the S3 server keeps in memory: its files show how far the command is.
    for (let i = 0; i < 300; i += 1) writeFileSync(join(many, `${i}.txt`), String(i).padEnd(70_000, String(i)));
    const meanwhile = async (child: ChildProcess) => {
      await until(() => child.exitCode !== null || filesOf(child, 's3').length > 0);
      child.kill('SIGINT');
    };
    const ends = await Promise.all([
      local(['rescan', '--strategy', 'all', many], { meanwhile }),
      local(['scan', many], { meanwhile }),
    ]);
    for (const { code, stderr } of ends) {
      expect(code).toBe(130);
      expect(stderr.replace(`${NOTICE}\n`, '')).toMatch(
        /^(?:interrupted: .* objects looked at\n|interrupted after \d+ files.*\n)?$/,
      );
    }
  });

  it('by a reader who has seen enough', () => {
    const files = join(folder, 'unread');
    mkdirSync(files);
    for (let i = 0; i < 100; i += 1) writeFileSync(join(files, `${i}.txt`), 'all is well');
    const command = [process.execPath, join(ROOT, 'local/main.ts'), 'scan', '--test-signatures', files];
    const script = '"$0" "$@" 2>&1 | head -n 2 >/dev/null; echo $PIPESTATUS';
    const { stdout, stderr } = spawnSync('bash', ['-c', script, ...command], { cwd: folder, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['141\n', '']);
  });

  it('while freshclam waits for the mirror', async () => {
    const mirror = await startSignatureMirror();
    mirror.answerWith(silence);
    const definitions = { mirror: null, customUrls: [`${mirror.url}/base.ndb`], allowInsecureMirror: true };
    writeFileSync(join(folder, 'silent.json'), JSON.stringify({ definitions }));
    const { code, stdout, stderr } = await strictly(['scan', folder, '--config', 'silent.json'], {
      async meanwhile(child) {
        await until(() => child.exitCode !== null || childrenNamed('freshclam', child.pid).length > 0);
        child.kill('SIGINT');
      },
    });
    await mirror.close();
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).not.toContain('error');
  });

  it('while it starts', async () => {
    const { code, stdout } = await local(['--port', '0'], {
      async meanwhile(child) {
        await until(() => child.exitCode !== null || childrenNamed('clamd', child.pid).length > 0);
        child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stdout).not.toContain('ERROR');
  });
});

/** Files in a subfolder of the child's pipeline. */
function filesOf(child: ChildProcess, subfolder: string): string[] {
  const [pipeline] = readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-${child.pid}-pipeline-`));
  if (pipeline === undefined) return [];
  const folder = join(tmpdir(), pipeline, subfolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Whether that clamd has a scratch copy of the child's open. */
function scansCopyOf(child: ChildProcess): (clamd: number) => boolean {
  return (clamd) => filesOf(child, 'scratch').some((path) => holdsOpen(clamd, path));
}
