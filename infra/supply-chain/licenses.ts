import satisfies from 'spdx-satisfies';
import { type Component, isForDevelopment, licenseOf } from './cyclonedx.ts';

/** Licenses that any package may have. A package under a choice (`MIT OR GPL-3.0`) needs one of them. */
export const ALLOWED_LICENSES = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
] as const;

export interface LicenseException {
  /** Name of the package, or a pattern of names. */
  readonly packages: string | RegExp;
  readonly license: string;
  readonly use: 'deployed' | 'development';
  readonly reason: string;
}

/** Packages with another license, or without one in the lock file. */
export const LICENSE_EXCEPTIONS: readonly LicenseException[] = [
  {
    packages: '7z-wasm',
    license: 'LGPL-2.1-or-later AND LicenseRef-unRAR',
    use: 'deployed',
    reason: 'opens archives in the scanner’s image; its texts are in the image (NOTICE)',
  },
  ...['iam-policy', 'iam-simulate', 'iam-utils'].map(
    (name): LicenseException => ({
      packages: `@cloud-copilot/${name}`,
      license: 'AGPL-3.0-or-later',
      use: 'development',
      reason: 'judges IAM policies in the emulator and in tests; in nothing that is deployed (NOTICE)',
    }),
  ),
  {
    packages: 'caniuse-lite',
    license: 'CC-BY-4.0',
    use: 'development',
    reason: 'data, of Babel in Jest',
  },
  { packages: 'spdx-exceptions', license: 'CC-BY-3.0', use: 'development', reason: 'data of this check' },
  { packages: 'spdx-license-ids', license: 'CC0-1.0', use: 'development', reason: 'data of this check' },
  { packages: 'spdx-ranges', license: '(MIT AND CC-BY-3.0)', use: 'development', reason: 'data of this check' },
  {
    packages: 'robust-predicates',
    license: 'Unlicense',
    use: 'development',
    reason: 'geometry, of Vega in docs/images',
  },
  {
    packages: '@cdktf/hcl2json',
    license: 'MPL-2.0',
    use: 'development',
    reason: 'parses the Terraform example in its test',
  },
  { packages: 'busboy', license: 'MIT', use: 'development', reason: 'names its license in its LICENSE file' },
  { packages: 'streamsearch', license: 'MIT', use: 'development', reason: 'names its license in its LICENSE file' },
  // docs/decisions/0006-lock-file-names-every-platform.md: entries of other platforms without a license.
  {
    packages: /^@biomejs\/cli-/,
    license: 'MIT OR Apache-2.0',
    use: 'development',
    reason: 'the license of @biomejs/biome',
  },
  { packages: /^@swc\/core-/, license: 'Apache-2.0 AND MIT', use: 'development', reason: 'the license of @swc/core' },
  {
    packages: /^@unrs\/resolver-binding-/,
    license: 'MIT',
    use: 'development',
    reason: 'the license of unrs-resolver',
  },
];

/** The license of a package: its own, or that of its exception where the lock file names none. */
export function knownLicense(component: Component): string | undefined {
  return licenseOf(component) ?? exceptionOf(component)?.license;
}

/** What is wrong with the license of a package; undefined where nothing is. */
export function licenseFault(component: Component): string | undefined {
  const own = licenseOf(component);
  const name = `${component.name}@${component.version}`;
  if (own !== undefined && satisfies(own, [...ALLOWED_LICENSES])) return undefined;
  const exception = exceptionOf(component);
  if (exception === undefined) return `${name}: ${own ?? 'no license that SPDX knows'} is not allowed`;
  if (own !== undefined && own !== exception.license)
    return `${name}: ${own} is not its exception’s ${exception.license}`;
  if (exception.use === 'development' && !isForDevelopment(component)) {
    return `${name}: ${exception.license} is allowed for development only`;
  }
  return undefined;
}

function exceptionOf({ name }: Component): LicenseException | undefined {
  return LICENSE_EXCEPTIONS.find(({ packages }) =>
    typeof packages === 'string' ? packages === name : packages.test(name),
  );
}
