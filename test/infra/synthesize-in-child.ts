import type { Synthesis } from '../../infra/synthesize.ts';

/*
 * Synthesizes each configuration of the JSON list on standard input, and prints a list of the results.
 * A process of its own, since Jest needs ten times as long as Node to load aws-cdk-lib.
 * With `--templates-only` nothing checks them, which takes most of the time;
 * `--region=NAME` makes the stack one for that region.
 */
export interface ChildResult extends Synthesis {
  /** Errors and warnings of cdk-nag, as `path: finding`. */
  readonly findings: readonly string[];
}

if (import.meta.main) {
  const { text } = await import('node:stream/consumers');
  const { checkWithNag } = await import('../../infra/nag.ts');
  const { synthesizeTemplate } = await import('../../infra/synthesize.ts');

  const checks = !process.argv.includes('--templates-only');
  const region = process.argv.map((argument) => argument.match(/^--region=(.*)$/)?.[1]).find(Boolean);
  const results = (JSON.parse(await text(process.stdin)) as unknown[]).map((airlock): ChildResult => {
    const findings: string[] = [];
    let collect = () => {};
    const synthesis = synthesizeTemplate(airlock, {
      validate: checks,
      region,
      inspect: (stack) => {
        if (!checks) return;
        checkWithNag(stack);
        collect = () => {
          for (const { node } of stack.node.findAll()) {
            const messages = node.metadata.filter(({ type }) => type === 'aws:cdk:error' || type === 'aws:cdk:warning');
            findings.push(...messages.map(({ data }) => `${node.path}: ${data}`));
          }
        };
      },
    });
    collect();
    return { ...synthesis, findings };
  });
  console.log(JSON.stringify(results));
}
