import type { Measurement } from '../../../infra/limits/template-limits.ts';

/*
 * Measures each configuration of the JSON list on standard input, and prints a list of the results. A process of its
 * own, since Jest needs ten times as long as Node to load aws-cdk-lib.
 */
export interface Child {
  readonly measurements: readonly Measurement[];
  /** Milliseconds of processor time. */
  readonly milliseconds: number;
  readonly refusal?: string;
}

if (import.meta.main) {
  const { text } = await import('node:stream/consumers');
  const { synthesizeTemplate } = await import('../../../infra/synthesize.ts');
  const { measurementsOf } = await import('../../../infra/limits/check-limits.ts');

  const results = (JSON.parse(await text(process.stdin)) as unknown[]).map((airlock): Child => {
    const before = process.cpuUsage();
    const time = () => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    let measured = (): readonly Measurement[] => [];
    try {
      synthesizeTemplate(airlock, {
        inspect: (stack) => {
          measured = () => measurementsOf(stack);
        },
      });
      const milliseconds = time();
      return { measurements: measured(), milliseconds };
    } catch (fault) {
      return { measurements: [], milliseconds: time(), refusal: (fault as Error).message };
    }
  });
  console.log(JSON.stringify(results));
}
