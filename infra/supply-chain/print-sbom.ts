import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../repository-root.ts';
import { nodeImageOf } from './base-image.ts';
import type { Component } from './cyclonedx.ts';
import { debianPackages } from './debian-packages.ts';
import { knownLicense } from './licenses.ts';
import { deployedOf, npmPackages } from './npm-packages.ts';
import { sbomOf } from './sbom.ts';

// `npm run -s sbom -- --image-root FOLDER`: all that is deployed, as one CycloneDX document on stdout.
const { values } = parseArgs({ options: { 'image-root': { type: 'string' } } });
const imageRoot = values['image-root'];
const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const dockerfile = readFileSync(join(ROOT, 'infra/scanner/Dockerfile'), 'utf8');
const notice = readFileSync(join(ROOT, 'NOTICE'), 'utf8');

/** In the image, but neither from Debian nor in a lock file by that name. */
function generic(program: string, of: string | undefined, license: string): Component {
  if (of === undefined) throw new Error(`no version of ${program} found`);
  const purl = `pkg:generic/${program}@${of}`;
  const licenses = [{ expression: license }];
  return { 'bom-ref': purl, type: 'application', name: program, version: of, scope: 'required', purl, licenses };
}

const [all, runtime] = await Promise.all([npmPackages('.'), npmPackages('infra/scanner/runtime')]);
const functions = deployedOf(all);
// npm leaves out a license that is no expression of SPDX.
const components = functions.components.map((component) => {
  const license = knownLicense(component);
  return license === undefined || component.licenses
    ? component
    : { ...component, licenses: [{ expression: license }] };
});
const date = process.env.SOURCE_DATE_EPOCH;
const sbom = sbomOf({
  name,
  version,
  functions: { ...functions, components },
  runtime,
  image: [
    generic('node', nodeImageOf(dockerfile).version, 'MIT'),
    generic('7-zip', /7-Zip ([\d.]+)/.exec(notice)?.[1], 'LGPL-2.1-or-later AND LicenseRef-unRAR'),
    ...(imageRoot === undefined ? [] : debianPackages(imageRoot)),
  ],
  complete: imageRoot !== undefined,
  ...(date !== undefined && { date: Number(date) }),
});
process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);
if (imageRoot === undefined) {
  process.stderr.write(
    'The Debian packages of the scanner’s image are missing: name the folder of its files with --image-root ' +
      '(docs/supply-chain.md).\n',
  );
}
