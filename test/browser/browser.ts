import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Cell {
  /** Stored Content-Type; null sends none. */
  readonly contentType: string | null;
  /** @param script what tells that it ran */
  body(script: string): Buffer;
}

/** Time of the pages, milliseconds, which stands still while the network is busy. */
const VIRTUAL_MILLISECONDS = 10_000;
const BROWSER_MILLISECONDS = 240_000;

/** Serves every cell as S3 would, opens each in a frame, and says of which a script ran. */
export async function cellsThatRun(cells: readonly Cell[]): Promise<boolean[]> {
  const ran = cells.map(() => false);
  const served = cells.map(() => false);
  const server = createServer(({ url = '/' }, response) => {
    const [, what, number] = url.split('/');
    const cell = cells[Number(number)];
    if (what === 'ran') {
      ran[Number(number)] = true;
      return response.end();
    }
    if (what === 'cell' && cell !== undefined) {
      served[Number(number)] = true;
      const script = `var r=new XMLHttpRequest();r.open(String.fromCharCode(71,69,84),String.fromCharCode(47)+/ran/.source+String.fromCharCode(47)+${number},false);r.send()`;
      if (cell.contentType !== null) response.setHeader('content-type', cell.contentType);
      return response.end(cell.body(script));
    }
    response.setHeader('content-type', 'text/html');
    return response.end(cells.map((_, index) => `<iframe src="/cell/${index}"></iframe>`).join('\n'));
  });
  const profile = mkdtempSync(join(tmpdir(), 'airlock-browser-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await promisify(execFile)(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        `--user-data-dir=${profile}`,
        `--virtual-time-budget=${VIRTUAL_MILLISECONDS}`,
        '--dump-dom',
        `http://127.0.0.1:${port}/`,
      ],
      { timeout: BROWSER_MILLISECONDS, killSignal: 'SIGKILL' },
    );
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  if (served.includes(false))
    throw new Error(`the browser did not open ${served.filter((each) => !each).length} frames`);
  return ran;
}
