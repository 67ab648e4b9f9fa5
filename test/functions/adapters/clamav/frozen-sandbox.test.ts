import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { writeEicarDefinitions } from '../../../../local/stack/definitions.ts';
import { until } from '../../../support/processes.ts';
import { Sandbox } from '../../../support/sandbox.ts';

/** What clamd may take to load, and how long its sandbox is frozen meanwhile. */
const LIMIT = 1500;
const FROZEN = 1700;

const folder = mkdtempSync(join(tmpdir(), 'frozen-sandbox-'));
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.kill());
afterAll(() => rmSync(folder, { recursive: true }));

/** A clamd that takes a while before it loads its definitions. */
function slowClamd(): { binary: string; loading: () => boolean } {
  const binary = join(folder, 'slow-clamd');
  const script = `#!/bin/sh\ntouch ${binary}.loading\nfor i in 1 2 3 4 5; do sleep 0.05; done\nexec clamd "$@"\n`;
  writeFileSync(binary, script, { mode: 0o700 });
  return { binary, loading: () => existsSync(`${binary}.loading`) };
}

it('does not end a clamd that was frozen while it loaded', async () => {
  const definitions = join(folder, 'definitions');
  await writeEicarDefinitions(definitions);
  const { binary, loading } = slowClamd();
  const options = {
    configuration: join(process.cwd(), 'infra/scanner/clamd.conf'),
    definitions,
    binary,
    maxObjectBytes: 1_000_000,
    maxScanMilliseconds: 60_000,
    startMilliseconds: LIMIT,
    searchPath: `${process.env.PATH}:/usr/sbin:/usr/local/sbin`,
  };
  sandbox = new Sandbox(
    folder,
    `import { startClamd } from '@root/functions/adapters/clamav/clamd-process.ts';
     import { ping } from '@root/functions/adapters/clamav/clamd-connection.ts';
     // What a timer makes of it.
     const timer = setTimeout(() => console.log('timer'), ${LIMIT});
     try {
       const clamd = await startClamd(${JSON.stringify(options)});
       await ping(clamd.socket);
       console.log('up');
       await clamd.stop();
     } catch (fault) {
       console.log(fault.message);
     }
     clearTimeout(timer);`,
  );
  await until(loading);
  await sandbox.freeze(FROZEN);
  await sandbox.ended();
  expect(sandbox.lines).toEqual(['timer', 'up']);
});
