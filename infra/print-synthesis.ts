import { text } from 'node:stream/consumers';
import { synthesizeTemplate } from './synthesize.ts';

// A separate program, because CDK needs more memory than everything that uses its output: config in, synthesis out.
try {
  process.stdout.write(JSON.stringify(synthesizeTemplate(JSON.parse(await text(process.stdin)))));
} catch (fault) {
  process.stderr.write(fault instanceof Error ? fault.message : String(fault));
  process.exitCode = 1;
}
