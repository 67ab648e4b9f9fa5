import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as samples from '../../local/samples.ts';

let folder: string;
let clamd: ChildProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-samples-'));
  await writeFile(join(folder, 'eicar.ndb'), `Eicar-Test:0:0:${samples.eicar().toString('hex')}\n`);
  const conf = await readFile(new URL('../../infra/scanner/clamd.conf', import.meta.url), 'utf8');
  const place = `DatabaseDirectory ${folder}\nLocalSocket ${folder}/s\nTemporaryDirectory ${folder}\nMaxScanSize 100M\n`;
  await writeFile(join(folder, 'clamd.conf'), `${conf}\n${place}`);
  clamd = spawn('clamd', ['-c', join(folder, 'clamd.conf')], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  for await (const line of clamd.stdout ?? []) if (/Self checking disabled|listening/i.test(String(line))) break;
}, 30_000);

afterAll(async () => {
  if (clamd.exitCode === null) {
    clamd.kill();
    await once(clamd, 'exit');
  }
  await rm(folder, { recursive: true });
});

async function scan(content: Buffer | string): Promise<string> {
  const path = typeof content === 'string' ? content : join(folder, 'sample');
  if (typeof content !== 'string') await writeFile(path, content);
  const socket = connect(join(folder, 's'));
  socket.end(`zSCAN ${path}\0`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().replace(/^.*: /, '').replace('\0', '');
}

describe('samples, asked of ClamAV under the scanner’s own configuration', () => {
  it('finds EICAR, in a zip and in a zip in a zip too', async () => {
    expect(await scan(samples.eicar())).toMatch(/^Eicar-Test\S* FOUND$/);
    expect(await scan(await samples.eicarInZip())).toMatch(/^Eicar-Test\S* FOUND$/);
    expect(await scan(await samples.eicarInNestedZip())).toMatch(/^Eicar-Test\S* FOUND$/);
  });

  it('calls encrypted, deeply nested and huge archives by what they are', async () => {
    expect(await scan(samples.encryptedZip())).toBe('Heuristics.Encrypted.Zip FOUND');
    expect(await scan(await samples.nestedZip(30, samples.text()))).toBe(
      'Heuristics.Limits.Exceeded.MaxRecursion FOUND',
    );
    const bomb = join(folder, 'bomb');
    await samples.writeZipBomb(bomb);
    expect((await stat(bomb)).size).toBeLessThan(11 * 1024 ** 2);
    expect(await scan(bomb)).toMatch(/^Heuristics\.Limits\.Exceeded\.\w+ FOUND$/);
  }, 60_000);

  it('passes what is refused for its type, not for its content', async () => {
    for (const build of [samples.pdf, samples.docx, samples.docm, samples.windowsExecutable, samples.linuxExecutable]) {
      expect(await scan(await build())).toBe('OK');
    }
  });
});
