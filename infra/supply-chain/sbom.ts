import type { Bom, Component, Dependency } from './cyclonedx.ts';

export interface SbomParts {
  readonly name: string;
  readonly version: string;
  /** What is deployed of the root's lock file. */
  readonly functions: Bom;
  /** The lock file of the image's runtime client. */
  readonly runtime: Bom;
  /** What is in the image and in no lock file. */
  readonly image: readonly Component[];
  /** Whether `image` has the image's Debian packages. */
  readonly complete: boolean;
  /** Seconds; SOURCE_DATE_EPOCH. Without it the document has no date, and is the same every time. */
  readonly date?: number;
}

/** What the runtime client has inside itself; its other dependencies only compile it. */
const RUNTIME_CLIENT = ['aws-lambda-ric', '@aws/lambda-invoke-store'];

/** One CycloneDX document of all that is deployed. */
export function sbomOf({ name, version, functions, runtime, image, complete, date }: SbomParts) {
  const ref = `pkg:npm/${name}@${version}`;
  const ofRuntime = runtime.components.map(
    (component): Component => ({
      ...component,
      scope: RUNTIME_CLIENT.includes(component.name) ? 'required' : 'excluded',
    }),
  );
  const components = unique([...functions.components, ...ofRuntime, ...image], (component) => component['bom-ref']);
  const roots = [functions, runtime].map((bom) => bom.metadata.component['bom-ref']);
  const direct = [functions, runtime].flatMap((bom) => bom.dependencies.filter((entry) => roots.includes(entry.ref)));
  const dependsOn = [...direct.flatMap((entry) => entry.dependsOn ?? []), ...image.map((each) => each['bom-ref'])];
  const dependencies: Dependency[] = unique(
    [
      { ref, dependsOn: [...new Set(dependsOn)].sort() },
      ...[functions, runtime].flatMap((bom) => bom.dependencies.filter((entry) => !roots.includes(entry.ref))),
      ...image.map((component) => ({ ref: component['bom-ref'], dependsOn: [] })),
    ],
    (entry) => entry.ref,
  );
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      ...(date !== undefined && { timestamp: new Date(date * 1000).toISOString() }),
      component: { 'bom-ref': ref, type: 'application', name, version, purl: ref },
    },
    components,
    dependencies,
    compositions: [{ aggregate: complete ? 'complete' : 'incomplete', assemblies: [ref] }],
  };
}

/** Sorted by key; of several with one key, the first. */
function unique<T>(values: readonly T[], key: (value: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const value of values) if (!byKey.has(key(value))) byKey.set(key(value), value);
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
