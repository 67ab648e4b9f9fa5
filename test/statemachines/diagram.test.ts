import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { STATE_MACHINE_FILES } from '../support/state-machine-files.ts';
import { diagramOf } from './diagram.ts';

it.each([
  ['README.md', false],
  ['docs/architecture.md', true],
])('%s shows the state machine of uploads as it is', (file, errors) => {
  const machine = STATE_MACHINE_FILES.find(({ name }) => name === 'scan-upload.asl.json')?.machine;
  if (machine === undefined) throw new Error('no scan-upload');
  expect(readFileSync(file, 'utf8')).toContain(`\`\`\`mermaid\n${diagramOf(machine, { errors })}\n\`\`\``);
});
