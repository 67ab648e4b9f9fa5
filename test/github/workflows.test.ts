import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { nodeImageOf } from '../../infra/supply-chain/base-image.ts';

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly container?: string | { readonly image: string };
  readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly with?: Record<string, unknown> }[];
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const { version: node } = nodeImageOf(readFileSync('infra/scanner/Dockerfile', 'utf8'));

const workflows = readdirSync('.github/workflows').map((name) => {
  const text = readFileSync(`.github/workflows/${name}`, 'utf8');
  const document = parseDocument(text);
  return { name, text, errors: document.errors, workflow: document.toJS() as Workflow };
});

it('are these', () => {
  expect(workflows.map(({ name }) => name).sort()).toEqual(['release.yml', 'test.yml', 'update-pins.yml']);
});

describe.each(workflows)('$name', ({ text, errors, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('is YAML, and every job ends in time', () => {
    expect(errors).toEqual([]);
    expect(jobs.every((job) => (job['timeout-minutes'] ?? 0) > 0)).toBe(true);
    expect(Object.keys(workflow.on).length).toBeGreaterThan(0);
  });

  it('runs npm scripts that exist', () => {
    const runs = steps.map(({ run = '' }) => run).join('\n');
    const named = [...runs.matchAll(/\bnpm (?:-s )?(?:run(?: -s)? ([\w:-]+)|(test)\b)/g)].map(
      ([, script, test]) => script ?? test,
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((script) => scripts[script ?? ''] === undefined)).toEqual([]);
    expect(runs.match(/\bnpx\b|npm (?:i|install)\b/)).toBeNull();
  });

  it('may only read, except in a job that says so', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it('names actions by commit, with the version beside it', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.filter((line) => !/uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('has the Node of the scanner’s image', () => {
    const images = jobs.flatMap(({ container = [] }) =>
      typeof container === 'string' ? container : 'image' in container ? container.image : [],
    );
    const versions = [
      ...steps.flatMap((step) => step.with?.['node-version'] ?? []),
      ...images.map((image) => /^node:([\d.]+)-/.exec(image)?.[1]),
    ];
    expect(new Set(versions)).toEqual(new Set([node]));
  });
});

it('run every test command of the README', () => {
  const text = workflows.map((each) => each.text).join('\n');
  const suites = ['pipeline', 'infra', 'ceph', 'soak', 'rails', 'image'];
  const commands = ['npm test', 'npm run bench', ...suites.map((suite) => `npm run test:${suite}`)];
  expect(commands.filter((command) => !text.includes(command))).toEqual([]);
});
