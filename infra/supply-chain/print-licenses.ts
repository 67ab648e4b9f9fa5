import { isForDevelopment } from './cyclonedx.ts';
import { knownLicense, licenseFault } from './licenses.ts';
import { LOCKED_FOLDERS, npmPackages } from './npm-packages.ts';

// `npm run licenses`: the license of every package of the lock files, a line each; exits 1 if any is not allowed.
const components = (await Promise.all(LOCKED_FOLDERS.map((folder) => npmPackages(folder)))).flatMap(
  (bom) => bom.components,
);
const lines = components.map((component) =>
  [
    knownLicense(component) ?? 'unknown',
    `${component.name}@${component.version}`,
    isForDevelopment(component) ? 'development' : 'deployed or in the build',
  ].join('\t'),
);
process.stdout.write(`${[...new Set(lines)].sort().join('\n')}\n`);

const faults = components.flatMap((component) => licenseFault(component) ?? []);
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
