import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CfnResource, Stack } from 'aws-cdk-lib';
import { type AssetCode, Code, type CodeConfig, type ResourceBindOptions } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ESBUILD_OPTIONS } from '../../esbuild-options.ts';
import { ROOT } from '../../repository-root.ts';

/**
 * A handler file, bundled as `index.mjs`. CDK's NodejsFunction bundles the same way, but prints four lines for each
 * function, which hide what a user should read; one of them no option turns off.
 */
export class HandlerCode extends Code {
  readonly isInline = false;
  readonly #entry: string;
  #code: AssetCode | undefined;

  /** @param entry from the root of the repository: `functions/handlers/tag-object.ts` */
  constructor(entry: string) {
    super();
    this.#entry = entry;
  }

  override bind(scope: Construct): CodeConfig {
    // As CDK does it: commands that need no code, such as `cdk list`, do not wait for it.
    if (!Stack.of(scope).bundlingRequired) return this.#from(join(ROOT, dirname(this.#entry)), scope);
    const folder = mkdtempSync(join(tmpdir(), 'airlock-bundle-'));
    try {
      bundleHandler(this.#entry, join(folder, 'index.mjs'));
      return this.#from(folder, scope);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  override bindToResource(resource: CfnResource, options?: ResourceBindOptions): void {
    this.#code?.bindToResource(resource, options);
  }

  /** CDK copies the folder at once. */
  #from(folder: string, scope: Construct): CodeConfig {
    this.#code = Code.fromAsset(folder);
    return this.#code.bind(scope);
  }
}

/** @param entry from the root of the repository */
export function bundleHandler(entry: string, outfile: string): void {
  // Not where it is loaded: the package has everything bundled, and no esbuild.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  buildSync({
    ...ESBUILD_OPTIONS,
    mainFields: [...ESBUILD_OPTIONS.mainFields],
    external: [...ESBUILD_OPTIONS.external],
    banner: { js: ESBUILD_OPTIONS.banner },
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    logLevel: 'warning',
  });
}
