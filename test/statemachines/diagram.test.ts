import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { machineIn } from '../support/state-machine-files.ts';
import { diagramOf } from './diagram.ts';

it.each([
  ['README.md', false],
  ['docs/architecture.md', true],
])('%s shows the state machine of uploads as it is', (file, errors) => {
  const machine = machineIn('scan-upload.asl.json');
  expect(readFileSync(file, 'utf8')).toContain(`\`\`\`mermaid\n${diagramOf(machine, { errors })}\n\`\`\``);
});
