import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScratch } from '../../../functions/adapters/aws/object-copy.ts';
import type { ContentPolicy } from '../../../functions/domain/content-policy.ts';
import { EngineUnavailable, ObjectUnreadable } from '../../../functions/domain/errors.ts';
import {
  type Contents,
  type EngineReply,
  NO_HEADERS,
  type ScanEngine,
  type Scratch,
  type Unpacking,
} from '../../../functions/domain/ports.ts';
import { type Precheck, scanContent } from '../../../functions/domain/scan-content.ts';
import { NOTHING_INSIDE } from '../../support/nothing-inside.ts';
import { memoryStore, referenceTo } from '../adapters/aws/memory-store.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const POLICY: ContentPolicy = { maxObjectBytes: 10, allowedTypes: ['documents'], activeContent: 'allow' };
const object = (size: number) => ({ bucket: 'b', key: 'k', etag: 'e', size });
const clean: EngineReply = { infected: false, signatures: [], unscanned: [], definitions: '27500' };

function ports(scan: () => Promise<EngineReply>, withCopy?: Scratch['withCopy']) {
  const engine: ScanEngine = { scan, definitionsVersion: async () => '27500' };
  const scratch: Scratch = { withCopy: withCopy ?? ((_object, use) => use({ path: '/private/copy' }, NO_HEADERS)) };
  return { engine, scratch, ...NOTHING_INSIDE, clock: () => new Date(NOW) };
}

const NOTHING_OF_A_FILE: Contents = {
  ...{ whole: true, parts: [], unaccounted: [], active: [], macroType: null },
  opened: new Set<string>(),
};

const never = () => Promise.reject(new Error('not to be asked'));

describe('scanContent', () => {
  it('says what the engine says, with its definitions and the time', async () => {
    const verdict = await scanContent(
      ports(async () => clean),
      object(1),
      POLICY,
      'text/plain',
    );
    expect(verdict).toEqual({
      status: 'CLEAN',
      finding: null,
      type: 'text/plain',
      definitions: '27500',
      activeContent: [],
      scanTime: NOW,
    });
  });

  it.each([
    ['empty', 0, 'CLEAN', null],
    ['larger than the limit', 11, 'UNSCANNABLE', 'too-large'],
  ])('an %s object is neither read nor scanned', async (_name, size, status, finding) => {
    const verdict = await scanContent(ports(never, never), object(size), POLICY, null);
    expect(verdict).toMatchObject({ status, finding, definitions: null });
  });

  it('an object of exactly the limit is scanned', async () => {
    expect(
      await scanContent(
        ports(async () => clean),
        object(10),
        POLICY,
        null,
      ),
    ).toMatchObject({ status: 'CLEAN' });
  });

  it('content that S3 does not hand out is UNSCANNABLE', async () => {
    const archived = () => Promise.reject(new ObjectUnreadable('archived', 'in Glacier'));
    const verdict = await scanContent(ports(never, archived), object(1), POLICY, null);
    expect(verdict).toMatchObject({ status: 'UNSCANNABLE', finding: 'archived', definitions: null });
  });

  it.each([
    [
      { ...clean, unscanned: [{ finding: 'limits-exceeded:engine', format: null }], lost: true },
      'limits-exceeded:engine',
    ],
    [{ ...clean, unscanned: [{ finding: 'limits-exceeded:size', format: null }] }, 'encrypted'],
  ])('of a locked member, a scan that came to its end or not says so: %#', async (reply, finding) => {
    const unpacking: Unpacking = {
      withContents: (_path, _remaining, use) => use({ ...NOTHING_OF_A_FILE, unaccounted: ['encrypted'] }),
    };
    const verdict = await scanContent({ ...ports(async () => reply), unpacking }, object(1), POLICY, null);
    expect(verdict).toMatchObject({ status: 'UNSCANNABLE', finding });
  });

  it('a fault is no verdict', async () => {
    const down = () => Promise.reject(new EngineUnavailable('down'));
    await expect(scanContent(ports(down), object(1), POLICY, null)).rejects.toThrow(EngineUnavailable);
  });
});

describe('a look at the copy before the engine', () => {
  const content = Buffer.from('#!/bin/sh');
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'scan-content-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  /** With a real copy on disk, which must be removed. */
  async function scanned(precheck: Precheck | undefined, scan: ScanEngine['scan']) {
    const scratch = createScratch(memoryStore(content), { parent });
    const engine: ScanEngine = { scan, definitionsVersion: async () => '27500' };
    try {
      return await scanContent(
        { engine, scratch, ...NOTHING_INSIDE, clock: () => new Date(NOW) },
        referenceTo(content),
        POLICY,
        null,
        precheck,
      );
    } finally {
      const left = readdirSync(parent, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      expect(left).toEqual([]);
      scratch.close();
    }
  }

  it('that finds something is the verdict: the engine is not asked, and the copy goes', async () => {
    const seen: string[] = [];
    const precheck: Precheck = async ({ path }) => {
      seen.push(readFileSync(path, 'utf8'));
      return { type: 'text/x-shellscript', finding: 'type:text/x-shellscript' };
    };
    expect(await scanned(precheck, never)).toEqual({
      status: 'REJECTED',
      finding: 'type:text/x-shellscript',
      type: 'text/x-shellscript',
      definitions: null,
      activeContent: [],
      scanTime: NOW,
    });
    expect(seen).toEqual([content.toString()]);
  });

  it('that finds nothing leaves the verdict to the engine, and tells it the type', async () => {
    const paths: string[] = [];
    const precheck: Precheck = async ({ path }) => {
      paths.push(path);
      return { type: 'text/csv', finding: null };
    };
    const scan = async (path: string) => {
      paths.push(path);
      return { infected: true, signatures: ['Eicar'], unscanned: [], definitions: '27500' };
    };
    expect(await scanned(precheck, scan)).toEqual({
      status: 'INFECTED',
      finding: 'Eicar',
      type: 'text/csv',
      definitions: '27500',
      activeContent: [],
      scanTime: NOW,
    });
    expect(new Set(paths).size).toBe(1);
    expect(paths).toHaveLength(2);
  });

  it('that names no type says null for it, and so does a scan without one', async () => {
    const unnamed: Precheck = async () => ({ type: '', finding: null });
    expect(await scanned(unnamed, async () => clean)).toMatchObject({ status: 'CLEAN', type: null });
    const refused: Precheck = async () => ({ type: '', finding: 'type:' });
    expect(await scanned(refused, never)).toMatchObject({ status: 'REJECTED', type: null });
    expect(await scanned(undefined, async () => clean)).toMatchObject({ status: 'CLEAN', type: null });
  });

  it('that fails is no verdict, asks no engine and leaves no copy', async () => {
    const failing: Precheck = () => Promise.reject(new TypeError('broken'));
    await expect(scanned(failing, never)).rejects.toThrow(new TypeError('broken'));
    const throwing: Precheck = () => {
      throw new TypeError('broken at once');
    };
    await expect(scanned(throwing, never)).rejects.toThrow('broken at once');
  });

  it('of content that S3 no longer hands out is UNSCANNABLE', async () => {
    const unreadable: Precheck = () => Promise.reject(new ObjectUnreadable('no-key-access', 'the grant is gone'));
    expect(await scanned(unreadable, never)).toEqual({
      status: 'UNSCANNABLE',
      finding: 'no-key-access',
      type: null,
      definitions: null,
      activeContent: [],
      scanTime: NOW,
    });
  });

  it.each([0, 11])('is not taken of an object of %d bytes, which is not read', async (size) => {
    const verdict = await scanContent(ports(never, never), object(size), POLICY, 'text/plain', never);
    expect(verdict).toMatchObject({ status: size === 0 ? 'CLEAN' : 'UNSCANNABLE', type: 'text/plain' });
  });
});

describe('active content', () => {
  const MACRO = 'application/x-opendocument-macro';
  const malware: EngineReply = { ...clean, infected: true, signatures: ['Eicar'] };
  const partly: EngineReply = { ...clean, unscanned: [{ finding: 'limits-exceeded:size', format: null }] };
  const BOTH = ['office-dde', 'pdf-launch'] as const;

  function scanned(reply: EngineReply, policy: Partial<ContentPolicy>, inside: Partial<Contents>) {
    const contents = {
      whole: true,
      parts: [],
      unaccounted: [],
      opened: new Set<string>(),
      active: [],
      macroType: null,
    };
    const unpacking: Unpacking = { withContents: (_path, _remaining, use) => use({ ...contents, ...inside }) };
    const scan = { ...ports(async () => reply), unpacking };
    return scanContent(scan, object(1), { ...POLICY, ...policy }, 'text/plain');
  }

  it.each<[string, EngineReply, Partial<ContentPolicy>, Partial<Contents>, string, string | null]>([
    ['is allowed', clean, {}, { active: BOTH }, 'CLEAN', null],
    [
      'is refused by its first name',
      clean,
      { activeContent: 'reject' },
      { active: BOTH },
      'REJECTED',
      'active-content:office-dde',
    ],
    ['is nothing to refuse where there is none', clean, { activeContent: 'reject' }, {}, 'CLEAN', null],
    ['comes behind a signature', malware, { activeContent: 'reject' }, { active: BOTH }, 'INFECTED', 'Eicar'],
    [
      'comes behind what was not scanned',
      partly,
      { activeContent: 'reject' },
      { active: BOTH },
      'UNSCANNABLE',
      'limits-exceeded:size',
    ],
    [
      'comes behind what nobody can open',
      clean,
      { activeContent: 'reject' },
      { active: BOTH, unaccounted: ['encrypted'] },
      'UNSCANNABLE',
      'encrypted',
    ],
    ['is a macro', clean, {}, { active: BOTH, macroType: MACRO }, 'REJECTED', `type:${MACRO}`],
    [
      'is a macro rather than active',
      clean,
      { activeContent: 'reject' },
      { active: BOTH, macroType: MACRO },
      'REJECTED',
      `type:${MACRO}`,
    ],
    ['is a macro that is allowed', clean, { allowedTypes: [MACRO] }, { active: BOTH, macroType: MACRO }, 'CLEAN', null],
    ['is of any type', clean, { allowedTypes: ['*'] }, { active: BOTH, macroType: MACRO }, 'CLEAN', null],
    [
      'is an allowed macro, but active',
      clean,
      { allowedTypes: ['*'], activeContent: 'reject' },
      { active: BOTH, macroType: MACRO },
      'REJECTED',
      'active-content:office-dde',
    ],
    ['is a macro with malware', malware, {}, { active: BOTH, macroType: MACRO }, 'INFECTED', 'Eicar'],
  ])('%s, and named', async (_, reply, policy, inside, status, finding) => {
    const verdict = await scanned(reply, policy, inside);
    const type = finding === `type:${MACRO}` ? MACRO : 'text/plain';
    expect(verdict).toMatchObject({ status, finding, type, definitions: '27500', activeContent: inside.active ?? [] });
  });
});

describe('an exemption', () => {
  const NOTHING: Contents = {
    whole: true,
    parts: [],
    unaccounted: [],
    opened: new Set<string>(),
    active: [],
    macroType: null,
  };
  const SHA256 = '1a2b3c4d'.repeat(8);
  const looked: string[] = [];
  const exempting = (sha256: string | null) => ({
    of: async (path: string) => {
      looked.push(path);
      return sha256;
    },
  });
  beforeEach(() => {
    looked.length = 0;
  });
  const active = { ...NOTHING, active: ['pdf-javascript'] as const };
  const refusing: ContentPolicy = { ...POLICY, activeContent: 'reject' };
  const infected: EngineReply = { ...clean, infected: true, signatures: ['Some.Malware'] };
  const scanned = (reply: EngineReply, contents: Contents, policy: ContentPolicy, sha256: string | null) => {
    const unpacking: Unpacking = { withContents: (_path, _remaining, use) => use(contents) };
    return scanContent(
      { ...ports(async () => reply), unpacking, exemptions: exempting(sha256) },
      object(1),
      policy,
      'text/plain',
    );
  };

  it.each<[string, EngineReply, Contents, ContentPolicy]>([
    ['Some.Malware', infected, NOTHING, POLICY],
    ['encrypted', clean, { ...NOTHING, unaccounted: ['encrypted'] }, POLICY],
    [
      'limits-exceeded:size',
      { ...clean, unscanned: [{ finding: 'limits-exceeded:size', format: null }] },
      NOTHING,
      POLICY,
    ],
    ['active-content:pdf-javascript', clean, active, refusing],
  ])('covers %s, and the finding says both', async (finding, reply, contents, policy) => {
    const verdict = await scanned(reply, contents, policy, SHA256);
    expect(verdict).toMatchObject({ status: 'CLEAN', finding: `exempt:1a2b3c4d:${finding}`, definitions: '27500' });
    expect(await scanned(reply, contents, policy, null)).toMatchObject({ finding });
    expect(looked).toEqual(['/private/copy', '/private/copy']);
  });

  it('is not looked for without a finding', async () => {
    expect(await scanned(clean, NOTHING, POLICY, SHA256)).toMatchObject({ status: 'CLEAN', finding: null });
    expect(looked).toEqual([]);
  });

  it('covers no type that the configuration refuses', async () => {
    const macro = 'application/vnd.oasis.opendocument.text-macro';
    const verdict = await scanned(clean, { ...NOTHING, macroType: macro }, POLICY, SHA256);
    expect(verdict).toMatchObject({ status: 'REJECTED', finding: `type:${macro}` });
    expect(looked).toEqual([]);
  });

  it('covers nothing that a check before the scan refuses, and nothing that was not read', async () => {
    const props = { ...ports(never), exemptions: exempting(SHA256) };
    const precheck: Precheck = async () => ({ type: 'text/html', finding: 'type:text/html' });
    expect(await scanContent(props, object(1), POLICY, null, precheck)).toMatchObject({ status: 'REJECTED' });
    expect(await scanContent(props, object(11), POLICY, null)).toMatchObject({ finding: 'too-large' });
    expect(looked).toEqual([]);
  });
});
