import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { downloadedName, refusedDownloads } from '../../../../functions/domain/definitions/downloads.ts';

const NAMES = [
  'a.ndb',
  'a.yar',
  'a.hdb',
  'a.ign',
  'a.ign2',
  'a.fp',
  'a.sfp',
  'a.wdb',
  'a.crb',
  'a.ftm',
  'a.cud',
  'a.cld',
];
const HARMLESS = ['a.ndb', 'a.yar', 'a.hdb', 'a.cld', 'b.ndb'];
const url = fc
  .tuple(fc.constantFrom('http', 'https'), fc.constantFrom('m.example', 'm.example:8080', '127.0.0.1'), fc.nat(9))
  .map(([scheme, host, folder]) => `${scheme}://${host}/${folder}`);
const downloads = fc.record({
  mirror: fc.option(fc.option(url, { nil: null }), { nil: undefined }),
  customUrls: fc.array(
    fc.tuple(url, fc.constantFrom(...NAMES), fc.constantFrom('', '?a=/b.ndb', '#/b.fp')).map((parts) => {
      const [base, name, rest] = parts;
      return `${base}/${name}${rest}`;
    }),
    { maxLength: 4 },
  ),
  allowInsecureMirror: fc.option(fc.boolean(), { nil: undefined }),
  allowLists: fc.subarray(NAMES),
});

describe('downloads', () => {
  it('are https, unless the configuration accepts http', () =>
    fc.assert(
      fc.property(downloads, (chosen) => {
        const http = [chosen.mirror, ...chosen.customUrls].filter((one) => one?.startsWith('http:'));
        const refused = refusedDownloads(chosen).filter(({ message }) => message.startsWith('is not https'));
        expect(refused.map(({ value }) => value)).toEqual(chosen.allowInsecureMirror ? [] : http);
      }),
    ));

  it('are allow-lists only where the configuration names them', () =>
    fc.assert(
      fc.property(downloads, (chosen) => {
        const names = chosen.customUrls.map(downloadedName);
        const unnamed = names.filter((name) => !HARMLESS.includes(name) && !chosen.allowLists.includes(name));
        const refused = refusedDownloads(chosen).filter(({ message }) => message.includes('can make malware CLEAN'));
        expect(refused.map(({ value }) => downloadedName(value))).toEqual(unnamed);
      }),
    ));

  it('are what the configuration names as allow-lists', () =>
    fc.assert(
      fc.property(downloads, (chosen) => {
        const names = chosen.customUrls.map(downloadedName);
        const useless = chosen.allowLists.filter((name) => HARMLESS.includes(name) || !names.includes(name));
        const refused = refusedDownloads(chosen).filter(({ path: [key] }) => key === 'allowLists');
        expect(refused.map(({ value }) => value)).toEqual(useless);
      }),
    ));

  it.each([
    [{ mirror: 'HTTPS://m.example' }, []],
    [{ mirror: 'HTTP://m.example' }, [['mirror']]],
    [{ mirror: 'http:\\\\m.example' }, [['mirror']]],
    [{ customUrls: ['https://m.example/a.ndb', 'http://m.example/https://b.ndb'] }, [['customUrls', 1]]],
    [{ customUrls: ['https://m.example/x.ndb/a.ign2'] }, [['customUrls', 0]]],
    [{ customUrls: ['https://m.example/a.ign2'], allowLists: ['a.ign2'] }, []],
    [{ customUrls: ['https://m.example/a.ndb?x=/a.ign2'] }, [['customUrls', 0]]],
    [{ customUrls: ['https://m.example/a.ign2?x=/a.ndb'] }, []],
    [
      { customUrls: ['https://m.example/a.ndb', 'https://m.example/b.ndb', 'https://n.example/a.ndb'] },
      [['customUrls', 2]],
    ],
    [
      { customUrls: ['https://m.example/a.ign2'], allowLists: ['ign2'] },
      [
        ['customUrls', 0],
        ['allowLists', 0],
      ],
    ],
  ])('%j', (chosen, paths) => {
    expect(refusedDownloads({ customUrls: [], ...chosen }).map(({ path }) => path)).toEqual(paths);
  });
});
