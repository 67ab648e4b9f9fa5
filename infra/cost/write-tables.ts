import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../repository-root.ts';
import { withTables } from './markdown.ts';
import { TABLES } from './tables.ts';

/** Writes the tables of docs/cost.md from the cost model. */
const path = join(ROOT, 'docs/cost.md');
writeFileSync(path, withTables(readFileSync(path, 'utf8'), TABLES));
