import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { writeEicarDefinitions } from '../../../../local/stack/definitions.ts';
import { Sandbox } from '../../../support/sandbox.ts';

/** What clamd may take to load, and how long its sandbox is frozen meanwhile. */
const LIMIT = 2000;
const FROZEN = 2200;

const folder = mkdtempSync(join(tmpdir(), 'frozen-sandbox-'));
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.kill());
afterAll(() => rmSync(folder, { recursive: true }));

/** A clamd that takes a while before it loads its definitions. */
function slowClamd(): string {
  const binary = join(folder, 'slow-clamd');
  const script = '#!/bin/sh\nfor i in 1 2 3 4 5 6; do sleep 0.1; done\nexec clamd "$@"\n';
  writeFileSync(binary, script, { mode: 0o700 });
  return binary;
}

it('does not end a clamd that was frozen while it loaded', async () => {
  const definitions = join(folder, 'definitions');
  await writeEicarDefinitions(definitions);
  const options = {
    configuration: join(process.cwd(), 'infra/scanner/clamd.conf'),
    definitions,
    binary: slowClamd(),
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
       const starting = startClamd(${JSON.stringify(options)});
       console.log('loading');
       const clamd = await starting;
       await ping(clamd.socket);
       console.log('up');
       await clamd.stop();
     } catch (fault) {
       console.log(fault.message);
     }
     clearTimeout(timer);`,
  );
  await sandbox.printed('loading');
  await sandbox.freeze(FROZEN);
  await sandbox.ended();
  expect(sandbox.lines).toEqual(['loading', 'timer', 'up']);
});
