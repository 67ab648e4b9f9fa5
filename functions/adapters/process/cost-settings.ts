import { type CostSettings, DEFAULT_SETTINGS } from '../../domain/cost/settings.ts';
import { InvalidConfiguration } from '../../domain/errors.ts';
import { type Environment, optionalInteger } from './environment.ts';

const ARCHITECTURES = ['x86_64', 'arm64'] as const;

/**
 * What runs of the scanner cost: `SCANNER_MEMORY_MB` and `SCANNER_ARCHITECTURE`, by default those of an empty configuration.
 * @throws InvalidConfiguration naming the variable and its value
 */
export function costSettings(env: Environment): CostSettings {
  const { functions } = DEFAULT_SETTINGS;
  const scanner = functions['scan-object'];
  const name = env.SCANNER_ARCHITECTURE || scanner.architecture;
  const architecture = ARCHITECTURES.find((each) => each === name);
  if (architecture === undefined) {
    throw new InvalidConfiguration(
      `environment variable SCANNER_ARCHITECTURE is not one of ${ARCHITECTURES.join(', ')}: ${name}`,
    );
  }
  const memoryMb = optionalInteger(env, 'SCANNER_MEMORY_MB') ?? scanner.memoryMb;
  return { ...DEFAULT_SETTINGS, functions: { ...functions, 'scan-object': { memoryMb, architecture } } };
}
