/**
 * The parts of CycloneDX 1.5 that are used here.
 * @see https://cyclonedx.org/docs/1.5/json/
 */
export interface Bom {
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  readonly metadata: { readonly component: Component };
}

export interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** npm: `optional` is a development dependency or another platform's; `excluded` is not in what is deployed. */
  readonly scope?: 'required' | 'optional' | 'excluded';
  readonly purl?: string;
  readonly description?: string;
  readonly licenses?: readonly (
    | { readonly license: { readonly id?: string; readonly name?: string } }
    | { readonly expression: string }
  )[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly [other: string]: unknown;
}

export interface Dependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
}

/** The license as one SPDX expression; undefined where the package names none that SPDX knows. */
export function licenseOf({ licenses = [] }: Component): string | undefined {
  const [first] = licenses;
  if (first === undefined) return undefined;
  return 'expression' in first ? first.expression : first.license.id;
}

/** Whether npm lists the package only for development. */
export function isForDevelopment({ properties = [] }: Component): boolean {
  return properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
}
