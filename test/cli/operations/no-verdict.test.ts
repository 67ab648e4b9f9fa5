import { describe, expect, it } from '@jest/globals';
import type { Story, StoryEnd } from '../../../cli/operations/execution-story.ts';
import { type NoVerdict, whyNoVerdict } from '../../../cli/operations/no-verdict.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const at = (time: string) => new Date(`2026-11-26T${time}Z`);
const content = { etag: 'e', size: 7 };
const version = (change: object = {}) => ({
  versionId: 'v',
  current: true,
  lastModified: at('11:00:00'),
  content,
  ...change,
});
const ALL = { enabled: true, reasons: ['PutObject'], all: true };
const visit = (state: string) => ({ state, entered: at('11:00:01'), attempts: 1, errors: [] });
const running = (...states: string[]): Story => ({ visits: states.map(visit), end: undefined });
const ended = (end: Partial<StoryEnd>): Story => ({
  visits: [visit('Tag Object')],
  end: { status: 'FAILED', at: NOW, error: '', cause: '', output: undefined, ...end },
});

describe('there is no verdict because', () => {
  it.each<[string, Partial<NoVerdict>, RegExp]>([
    ['it has no content', { version: version({ content: undefined }) }, /^a delete marker/],
    [
      'it is older than the stack',
      { stackCreated: at('11:30:00') },
      /^older than the stack: airlock scan, .*unscanned/,
    ],
    ['its key is filtered out', { starts: { ...ALL, reasons: [], all: false } }, /^filtered out/],
    ['its prefix is trusted', { trusted: 'exports/', story: ended({}) }, /^nothing under exports\/ is scanned/],
    ['the rule is off', { starts: { ...ALL, enabled: false } }, /^the rule of its bucket is disabled/],
    ['it is very new', { version: version({ lastModified: at('11:59:30') }) }, /^uploaded just now/],
    ['nothing was started', {}, /^no execution was found: airlock redrive uploads --dry-run/],
    ['only some requests start a scan', { starts: { ...ALL, all: false } }, /only PutObject start one/],
    [
      'it is a folder marker',
      { key: 'in/', version: version({ content: { etag: 'e', size: 0 } }) },
      /^a folder marker/,
    ],
    [
      'it waits',
      { story: running('Check File Type', 'Scan Object') },
      /^waiting .* since 2026-11-26T11:00:01.000Z: airlock waiting/,
    ],
    ['it waits for an engine for large objects', { story: running('Scan Large Object') }, /^waiting/],
    ['it is being checked', { story: running('Check File Type') }, /^running: in Check File Type since/],
    ['it has just begun', { story: running() }, /^running: it has just begun/],
    [
      'its execution failed',
      { story: ended({ error: 'AccessDenied', cause: 'no' }) },
      /^its execution FAILED: AccessDenied: no$/,
    ],
    ['its execution was stopped', { story: ended({ status: 'ABORTED' }) }, /^its execution ABORTED$/],
    ['its tag was lost', { story: ended({ status: 'SUCCEEDED' }) }, /the tag is missing: airlock scan/],
    [
      'an execution counts before anything else',
      { stackCreated: NOW, story: running('Notify') },
      /^running: in Notify/,
    ],
  ])('%s', (_, change, said) => {
    const facts = {
      version: version(),
      key: 'a.txt',
      stackCreated: undefined,
      starts: ALL,
      trusted: undefined,
      story: undefined,
      now: NOW,
    };
    expect(whyNoVerdict({ ...facts, ...change })).toMatch(said);
  });
});
