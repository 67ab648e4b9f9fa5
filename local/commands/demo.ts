import { ACTS, UNVERSIONED, VERSIONED } from '../demo/acts.ts';
import { DEMO_MAX_OBJECT_BYTES } from '../demo/samples.ts';
import { type Performance, Stage } from '../demo/stage.ts';
import { colours } from '../output/colors.ts';
import { testMark } from '../output/scan-lines.ts';
import { coloured, pad, printable, readableMs } from '../output/terminal.ts';
import { extensibleDefinitions } from '../stack/definitions.ts';
import { underTest } from './scan-record.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

const CONFIG = {
  buckets: [{ name: VERSIONED }, { name: UNVERSIONED, versioned: false }],
  maxObjectBytes: DEMO_MAX_OBJECT_BYTES,
};

/**
 * Runs every act and checks the result of each upload, always with test signatures: it uploads nothing else.
 * @returns the exit code, 0 only if all did
 */
export async function demo(options: Pick<LocalOptions, 'definitions'> & { readonly json?: boolean }): Promise<number> {
  const definitions = await extensibleDefinitions(options.definitions);
  const stage = new Stage(definitions);
  const { onExecution, onEvent, onRequest } = stage;
  const say = (line: string) => void (options.json || process.stdout.write(`${line}\n`));
  const settings = { onExecution, onEvent, onRequest, definitions, airlock: CONFIG, testSignatures: true };
  return withPipeline({ ...options, ...settings }, async (pipeline) => {
    const performances: Performance[] = [];
    say(
      colours.bold(
        'The deployed pipeline on this machine: same template, same state machine, same handlers, a real clamd.',
      ),
    );
    for (const { title, play } of ACTS) {
      say(`\n${colours.bold(title)}`);
      for await (const played of play(pipeline, stage)) {
        const performance = { ...played, ...underTest(played, true) };
        performances.push(performance);
        if (options.json) process.stdout.write(`${JSON.stringify(toJson(performance))}\n`);
        else printPerformance(performance);
      }
    }
    const right = performances.filter(({ asExpected }) => asExpected).length;
    const verdict = `${right} of ${performances.length} as expected`;
    say(`\n${right === performances.length ? colours.green(verdict) : colours.red(verdict)}`);
    return right === performances.length ? 0 : 1;
  });
}

function printPerformance({
  title,
  status,
  finding,
  definitions,
  states,
  ms,
  readerGets,
  asExpected,
  expected,
}: Performance): void {
  const mark = asExpected ? colours.green('✓') : colours.red('✗');
  const cells = [pad(coloured(status ?? 'GONE'), 'UNSCANNABLE'.length), pad(readableMs(ms), 7, 'left')];
  const name = `${printable(title)}${finding === null ? '' : `  ${colours.bold(printable(finding))}`}${testMark(definitions)}`;
  const path = colours.dim(`    ${states.join(' → ')}; a reader gets ${readerGets}`);
  process.stdout.write(`${mark} ${cells.join('  ')}  ${name}\n${path}\n`);
  if (!asExpected) process.stdout.write(`    expected ${expected.status ?? 'GONE'} ${expected.finding ?? ''}\n`);
}

function toJson({ expected, ...performance }: Performance) {
  return { ...performance, expected: { status: expected.status, finding: expected.finding?.source ?? null } };
}
