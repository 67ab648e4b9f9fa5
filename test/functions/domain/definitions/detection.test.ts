import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  ignoredNames,
  kindOf,
  packedDetects,
  textDetects,
} from '../../../../functions/domain/definitions/detection.ts';
import { eicar } from '../../../../local/samples/eicar.ts';

const hex = (content: string | Buffer) => Buffer.from(content).toString('hex');
const hash = (algorithm: string) => createHash(algorithm).update(eicar()).digest('hex');
const OTHER = '0123456789abcdef0123456789abcdef';
const eicarText = eicar().toString().replaceAll('\\', '\\\\');

describe('a text file detects', () => {
  it.each([
    ['a.ndb', `Some.Malware:0:*:${hex('malware')}`],
    ['a.ndb', `Eicar:0:0:${hex(eicar())}\n# comment\nSome.Malware:0:*:${hex('malware')}\n`],
    ['a.ndb', 'Speicarian:0:0:00'],
    ['a.ndb', `Short:0:0:${hex('X5O')}`],
    ['a.ndb', `New:0:*:${hex('malware')}:90:255`],
    ['a.ldb', `Some.Malware;Engine:81-255,Target:0;0&1;${hex(eicar())};${hex('malware')}`],
    ['a.ldb', 'Some.Malware;Target:0;0;0/malware/i'],
    ['a.hdb', `${OTHER}:68:Some.Malware`],
    ['a.hsb', `${OTHER}${OTHER}:*:Some.Malware:73`],
    ['a.mdb', `68:${OTHER}:Some.Malware`],
    ['a.msb', `68:${OTHER}${OTHER}:Some.Malware`],
    ['a.imp', `${OTHER}:68:Some.Malware`],
    ['a.cdb', 'Some.Malware:CL_TYPE_ZIP:*:*:*:1-2:*:*:*:*'],
    ['a.yar', 'rule malware { strings: $a = "malware" condition: $a }'],
    [
      'a.yara',
      `rule eicar { strings: $a = "x" condition: $a }\nprivate rule other { strings: $ = {6d 61} condition: all of them }`,
    ],
    ['a.yar', `rule both { strings: $a = "${eicarText}" $b = /mal\\d+/ condition: any of them }`],
    ['a.ndb', 'malformed: clamd refuses it'],
  ])('%s: %s', (file, text) => {
    expect(kindOf(file)).toBe('detecting');
    expect(textDetects(file, text)).toBe(true);
  });

  it.each([
    ['a.ndb', ''],
    ['a.ndb', '\r\n \n# Some.Malware:0:*:6d616c77617265\n'],
    ...['Eicar-Test-Signature', 'Eicar', 'EICAR', 'Win.Test.EICAR_HDB-1', '{HEX}EICAR.TEST.3'].map((name) => [
      'a.ndb',
      `${name}:0:0:${hex('anything')}`,
    ]),
    ['a.ndb', `Harmless:0:0:${hex(eicar())}`],
    ['a.ndb', `Harmless:0:*:${hex(eicar()).toUpperCase().replace('2D', '??')}{2-4}${hex('-FILE!$H')}`],
    ['a.ndb', `Future:0:*:${hex('malware')}:999`],
    ['a.ndb', 'Heuristics.Limits.Exceeded.Unsupported.zstd:0:0:28b52ffd'],
    ['a.cdb', 'Heuristics.Limits.Exceeded.MaxFileSize:CL_TYPE_ZIP:*:*:*:1-2:*:*:*:*'],
    ['a.ldb', `Harmless;Engine:81-255,Target:0;0;0:${hex(eicar())}::i`],
    ['a.hdb', `${hash('md5')}:68:Harmless`],
    ['a.hsb', `${hash('sha1').toUpperCase()}:68:Harmless:73\n${hash('sha256')}:*:Harmless:73`],
    ['a.yar', 'rule EICAR_Test { strings: $a = "x" condition: $a }'],
    ['a.yar', `rule harmless { strings: $a = "${eicarText}" condition: $a }`],
    ['a.yar', `rule harmless { strings: $a = { ${hex(eicar())} } condition: $a }`],
    ['a.yar', '/* rule one { strings: $a = "a" } */\n// rule two { strings: $a = "b" }\nrule all { condition: true }'],
    ['a.yar', 'no rules'],
  ])('nothing but EICAR: %s: %s', (file, text) => {
    expect(kindOf(file)).toBe('detecting');
    expect(textDetects(String(file), String(text))).toBe(false);
  });

  it.each('fp sfp ign ign2 ftm cfg info pdb wdb idb crb cbc ndu hdu hsu ldu mdu msu dat constructor'.split(' '))(
    'nothing at all: .%s',
    (extension) => {
      expect(['ignoring', 'other']).toContain(kindOf(`a.${extension}`));
      expect(textDetects(`a.${extension}`, `Some.Malware:0:*:${hex('malware')}`)).toBe(false);
    },
  );

  it('nothing that is ignored', () => {
    const text = `One:0:*:${hex('malware')}\nTwo:0:*:${hex('malicious')}`;
    const rule = 'rule Three { strings: $a = "x" condition: $a }';
    const ignored = (...names: string[]) => new Set(names);
    expect(textDetects('a.ndb', text, ignored('One'))).toBe(true);
    expect(textDetects('a.ndb', text, ignored('One', 'Two'))).toBe(false);
    expect(textDetects('a.yar', rule, ignored('YARA.Three'))).toBe(false);
    expect(kindOf('a.ign2')).toBe('ignoring');
    expect(ignoredNames('a.ign2', `# why\nOne\nTwo:${OTHER}\r\n`)).toEqual(['One', 'Two']);
    expect(ignoredNames('a.ign', 'a.ndb:1:One\nTwo')).toEqual(['One', '']);
  });
});

describe('a packed set detects', () => {
  const header = (signatures: string) => ['ClamAV-VDB', '15 Nov 2026 07-12 -0500', '27500', signatures, '90'];

  it('where its header states a number of signatures', () => {
    expect(['main.cvd', 'daily.cld', 'other.cud'].map(kindOf)).toEqual(['packed', 'packed', 'packed']);
    expect(packedDetects(header('2074000'))).toBe(true);
  });

  it.each([[header('0')], [header('')], [header('many')], [['ClamAV-VDB', 'cut off']], [['', '', '', '7']], [[]]])(
    'nothing: %j',
    (fields) => expect(packedDetects(fields)).toBe(false),
  );
});
