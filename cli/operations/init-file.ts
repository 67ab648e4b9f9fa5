import { isDeepStrictEqual } from 'node:util';
import { asObject } from '../../infra/config/cdk-files.ts';
import { ignoredKeys } from '../../infra/config/find-airlock.ts';
import { parseConfig } from '../../infra/config/schema.ts';
import { withAirlock } from './cdk-json.ts';
import type { Section } from './init-questions.ts';

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The section that cdk.json has; undefined: none.
 * @throws Error when the file cannot be edited: no JSON, a section that is invalid or where CDK does not read it
 */
export function sectionOf(text: string): Section | undefined {
  const project = parsed(text);
  if (!isObject(project)) throw new Error('cdk.json is not an object');
  const { context = {} } = project;
  if (!isObject(context)) throw new Error('"context" in cdk.json is not an object');
  const ignored = ignoredKeys(context, { project, cached: {}, user: {} });
  if (ignored.length > 0) throw new Error(ignored.join('\n'));
  if (context.airlock === undefined) return undefined;
  parseConfig(context.airlock);
  return context.airlock as Section;
}

/** @throws Error when the file cannot be edited so that it says this */
export function edited(text: string, section: Section): string {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const after = mark + withAirlock(text.slice(mark.length), section);
  const holds = asObject(asObject(parsed(after)).context).airlock;
  if (!isDeepStrictEqual(holds, section)) throw new Error('cdk.json has a key twice: edit it by hand');
  return after;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(BYTE_ORDER_MARK, ''));
  } catch (fault) {
    throw new Error(`cdk.json is not JSON: ${(fault as Error).message}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
