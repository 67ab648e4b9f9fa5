import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, zipBomb } from '../../local/samples.ts';
import { writeDefinition } from '../../local/stack/definitions.ts';
import { Airlock, leftovers, SCANNED } from '../support/airlock.ts';
import { holdsOpen, until } from '../support/processes.ts';

/**
 * The engine dies, loses its definitions or its disk: retried, reported by error name, and never CLEAN without a
 * scan.
 */
const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('an engine that was up', () => {
  const definitions = join(folder, 'changing');
  let airlock: Airlock;
  beforeAll(async () => {
    await writeDefinition(definitions, 'eicar', 'Eicar', eicar());
    // What is scanned twice takes its time on a busy machine.
    airlock = await Airlock.start({ definitions, environment: { SCAN_MILLISECONDS: '300000' } });
  });
  afterEach(() => {
    airlock.beforeInvocation(undefined);
    expect(airlock.temporaryFiles()).toEqual([]);
  });
  afterAll(async () => {
    await airlock.close();
    expect(await leftovers()).toEqual([]);
  });

  it('is killed in the middle of a scan: the object is scanned again in a fresh one', async () => {
    const [first = 0] = airlock.engines();
    const content = Buffer.concat([...zipBomb(20)]);
    const upload = await airlock.begin('middle.zip', content);
    await until(() => airlock.temporaryFiles().some((path) => holdsOpen(first, path)));
    process.kill(first, 'SIGKILL');
    const { result, tags } = await airlock.outcome(upload);
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED, retries: {} });
    expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
    expect(airlock.engines()).toHaveLength(1);
    expect(airlock.engines()).not.toContain(first);
  });

  it('is killed between scans: nobody notices', async () => {
    process.kill(airlock.engines()[0] ?? 0, 'SIGKILL');
    await until(() => airlock.engines().length === 0);
    const { result, tags } = await airlock.upload('between.txt', eicar());
    expect(result).toMatchObject({ status: 'SUCCEEDED', retries: {} });
    expect(tags).toMatchObject({ 'scan-status': 'INFECTED' });
  });

  it('is killed at every scan of an object: the object is given up by name', async () => {
    airlock.beforeInvocation(async ({ task }) => {
      if (task === 'scan-object') for (const pid of airlock.engines()) process.kill(pid, 'SIGKILL');
    });
    const upload = airlock.begin('always.zip', Buffer.concat([...zipBomb(15)]));
    let over = false;
    const result = (await upload).execution.result.finally(() => {
      over = true;
    });
    await until(() => {
      const [pid] = airlock.engines();
      if (pid !== undefined && airlock.temporaryFiles().some((path) => holdsOpen(pid, path)))
        process.kill(pid, 'SIGKILL');
      return over;
    });
    expect(await result).toMatchObject({ status: 'SUCCEEDED', retries: {} });
    const { tags, messages } = await airlock.outcome(await upload);
    // On a slow machine its contents may take the time first.
    const finding = expect.stringMatching(/^limits-exceeded:(?:engine|time)$/);
    expect(tags).toMatchObject({ 'scan-status': 'UNSCANNABLE', 'scan-finding': finding });
    expect(messages).toMatchObject([{ body: { status: 'UNSCANNABLE', finding } }]);
  });

  it('gets definitions it cannot read: ERROR, reported and failed; well again when they are fixed', async () => {
    writeFileSync(join(definitions, 'eicar.ndb'), 'not a signature\n');
    const { result, tags } = await airlock.upload('unreadable.txt', 'all is well');
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'DefinitionsUnavailable',
      cause: expect.stringContaining('eicar.ndb'),
      retries: { 'Scan Object': 6 },
    });
    expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'DefinitionsUnavailable' });
    await writeDefinition(definitions, 'eicar', 'Eicar', eicar());
    expect((await airlock.upload('again.txt', eicar())).tags).toMatchObject({ 'scan-status': 'INFECTED' });
  });

  it('loses its definitions: ERROR, reported and failed; well again when they are back', async () => {
    rmSync(join(definitions, 'eicar.ndb'));
    const { result, tags, messages } = await airlock.upload('lost.txt', 'all is well');
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'DefinitionsUnavailable',
      cause: expect.stringContaining(definitions),
      retries: { 'Scan Object': 6 },
    });
    expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'DefinitionsUnavailable' });
    expect(messages).toMatchObject([{ body: { status: 'ERROR' } }]);
    await writeDefinition(definitions, 'eicar', 'Eicar', eicar());
    expect((await airlock.upload('back.txt', eicar())).tags).toMatchObject({ 'scan-status': 'INFECTED' });
  });
});

describe('definitions that find nothing but EICAR', () => {
  const definitions = join(folder, 'real');
  let airlock: Airlock;
  beforeAll(async () => {
    await writeDefinition(definitions, 'eicar', 'Eicar', eicar());
    await writeDefinition(definitions, 'malware', 'Some.Malware', Buffer.from('some malware'));
    airlock = await Airlock.start({ definitions, testSignatures: false });
  });
  afterAll(async () => {
    await airlock.close();
    expect(await leftovers()).toEqual([]);
  });

  it('call nothing CLEAN: ERROR, reported and failed; well again when there are others', async () => {
    const { tags: before } = await airlock.upload('before.txt', 'all is well');
    expect(before).toMatchObject({ 'scan-status': 'CLEAN', 'scan-definitions': expect.stringMatching(/^local-/) });
    rmSync(join(definitions, 'malware.ndb'));
    for (const content of ['all is well', eicar()]) {
      const { result, tags, messages } = await airlock.upload('without.txt', content);
      expect(result).toMatchObject({
        status: 'FAILED',
        error: 'DefinitionsUnavailable',
        cause: expect.stringContaining("no signature but EICAR's"),
        retries: { 'Scan Object': 6 },
      });
      expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'DefinitionsUnavailable' });
      expect(messages).toMatchObject([{ body: { status: 'ERROR' } }]);
    }
    await writeDefinition(definitions, 'other', 'Other.Malware', Buffer.from('other malware'));
    expect((await airlock.upload('again.txt', 'all is well')).tags).toMatchObject({ 'scan-status': 'CLEAN' });
  });

  it('are named test in tags and notifications where they are allowed', async () => {
    const own = join(folder, 'allowed');
    await writeDefinition(own, 'eicar', 'Eicar', eicar());
    const allowing = await Airlock.start({ definitions: own });
    try {
      const { tags, messages, events } = await allowing.upload('clean.txt', 'all is well');
      const definitions = expect.stringMatching(/^test-[0-9a-f]{8}$/);
      expect(tags).toMatchObject({ 'scan-status': 'CLEAN', 'scan-definitions': definitions });
      expect([...messages.map(({ body }) => body), ...events.map(({ detail }) => detail)]).toMatchObject([
        { definitions },
        { definitions },
      ]);
    } finally {
      await allowing.close();
    }
  });
});

describe('an engine that cannot start', () => {
  afterEach(async () => {
    expect(await leftovers()).toEqual([]);
  });

  it('is not installed: says what to install', async () => {
    const environment = { CLAMD_PATH: join(folder, 'no-clamd') };
    await expect(Airlock.start({ environment })).rejects.toThrow(
      /clamd is not installed.*apt-get install clamav-daemon/,
    );
  });

  it('has an empty signature folder: names it', async () => {
    const definitions = join(folder, 'empty');
    mkdirSync(definitions);
    await expect(Airlock.start({ definitions })).rejects.toThrow(`no definitions in ${definitions}`);
  });

  it('has definitions that find nothing but EICAR: says so', async () => {
    const definitions = join(folder, 'eicar-only');
    await writeDefinition(definitions, 'eicar', 'Eicar', eicar());
    await expect(Airlock.start({ definitions, testSignatures: false })).rejects.toThrow(
      `the definitions in ${definitions} hold no signature but EICAR's`,
    );
  });

  it('has no definitions folder: names it', async () => {
    const definitions = join(folder, 'missing');
    await expect(Airlock.start({ definitions })).rejects.toThrow(definitions);
  });

  it('has corrupt definitions: says which', async () => {
    const definitions = join(folder, 'corrupt');
    mkdirSync(definitions);
    writeFileSync(join(definitions, 'main.cvd'), Buffer.alloc(2000, 'x'));
    await expect(Airlock.start({ definitions })).rejects.toThrow(/clamd refuses the definitions:.*main\.cvd/s);
  });
});
