import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../../../functions/domain/cost/measurement.ts';
import { ROOT } from '../../../infra/repository-root.ts';

export const FILE = 'functions/domain/cost/measured.ts';

/** Replaces the table of what was measured. */
export function writeMeasured(measurement: Measurement): void {
  const path = join(ROOT, FILE);
  const text = `import type { Measurement } from './measurement.ts';

/** Written by \`npm run bench -- cost\`: not to be edited. */
export const MEASURED: Measurement = ${JSON.stringify(measurement)};
`;
  writeFileSync(path, text);
  execFileSync(join(ROOT, 'node_modules/.bin/biome'), ['check', '--write', path], { cwd: ROOT, stdio: 'ignore' });
}
