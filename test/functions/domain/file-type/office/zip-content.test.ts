import { describe, expect, it } from '@jest/globals';
import { parseContentTypes } from '../../../../../functions/domain/file-type/office/package-parts.ts';
import { typeOfZip, type ZipContent } from '../../../../../functions/domain/file-type/office/zip-content.ts';

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const content = (over: Partial<ZipContent>): ZipContent => ({
  names: ['other.txt', 'a.txt'],
  complete: true,
  atEnd: true,
  contentTypes: null,
  relationships: [],
  mimetype: null,
  ...over,
});
const named = (...names: string[]) => typeOfZip(content({ names: ['other.txt', ...names] }));
const types = (...declared: string[]) =>
  parseContentTypes(
    `<Types>${declared.map((type, index) => `<Override PartName="/p${index}" ContentType="${type}"/>`).join('')}</Types>`,
  );
const openXml = (declared: string[], names: string[] = [], complete = true) =>
  typeOfZip(content({ contentTypes: types(...declared), names: ['other.xml', ...names], complete }));
const main = (family: string) => `${OPEN_XML}.${family}.main+xml`;

describe('a package of a program is told by one telling name among others', () => {
  it.each([
    ['classes.dex', 'application/vnd.android.package-archive'],
    ['classes2.dex', 'application/vnd.android.package-archive'],
    ['classes12.dex', 'application/vnd.android.package-archive'],
    ['AndroidManifest.xml', 'application/vnd.android.package-archive'],
    ['META-INF/mozilla.rsa', 'application/x-xpinstall'],
    ['meta-inf/MOZILLA.RSA', 'application/x-xpinstall'],
    ['META-INF/MANIFEST.MF', 'application/java-archive'],
    ['meta-inf/manifest.mf', 'application/java-archive'],
    ['AppxManifest.xml', 'application/x-appx'],
    ['folder/appxmanifest.xml', 'application/x-appx'],
    ['AppxBundleManifest.xml', 'application/x-appx'],
    ['word/vbaProject.bin', 'application/vnd.ms-word.document.macroenabled.12'],
    ['vbaProjectSignature.bin', 'application/vnd.ms-word.document.macroenabled.12'],
    ['xl/macrosheets/sheet1.xml', 'application/vnd.ms-word.document.macroenabled.12'],
    ['macrosheets/sheet1.xml', 'application/vnd.ms-word.document.macroenabled.12'],
    ['word/activeX/activeX1.xml', 'application/vnd.ms-word.document.macroenabled.12'],
    ['WORD/VBAPROJECT.BIN', 'application/vnd.ms-word.document.macroenabled.12'],
    ['XL/MACROSHEETS/SHEET1.XML', 'application/vnd.ms-word.document.macroenabled.12'],
    ['WORD/ACTIVEX/ACTIVEX1.XML', 'application/vnd.ms-word.document.macroenabled.12'],
  ])('%s', (name, type) => expect(named(name)).toBe(type));

  it.each([
    'classes.dex.txt',
    'a/classes.dex',
    'myclasses.dex',
    'classesX.dex',
    'classesXdex',
    'AndroidManifestXxml',
    'AppxManifestXxml',
    'vbaProjectXbin',
    'assets/AndroidManifest.xml',
    'AndroidManifest.xml.bak',
    'x/META-INF/mozilla.rsa',
    'META-INF/mozilla.rsa.txt',
    'x/META-INF/MANIFEST.MF',
    'META-INF/MANIFEST.MF.txt',
    'META-INF/mozillaXrsa',
    'META-INF/MANIFESTXMF',
    'MyAppxManifest.xml',
    'AppxManifest.xml.bak',
    'notes/vbaProject.bin.txt',
    'myvbaProject.bin',
    'vbaProject/x.bin',
    'mymacrosheets/a.xml',
    'activeX.txt',
  ])('but not by %s', (name) => expect(named(name)).toBe('application/zip'));
});

describe('an Open XML document', () => {
  it.each([
    ['wordprocessingml.document', 'wordprocessingml.document'],
    ['spreadsheetml.sheet', 'spreadsheetml.sheet'],
    ['presentationml.slideshow', 'presentationml.slideshow'],
  ])('is told by its main part: %s', (family, type) => {
    expect(openXml(['text/xml', main(family), 'image/png'])).toBe(`${OPEN_XML}.${type}`);
    expect(openXml([main(family).toUpperCase()])).toBe(`${OPEN_XML}.${type}`);
  });

  it.each([
    ['ms-word.document', 'ms-word.document.macroenabled.12'],
    ['ms-excel.sheet', 'ms-excel.sheet.macroenabled.12'],
    ['ms-powerpoint.slideshow', 'ms-powerpoint.slideshow.macroenabled.12'],
  ])('with macros says so itself: %s', (family, type) => {
    for (const declared of [
      `application/vnd.${family}.macroEnabled.main+xml`,
      `application/vnd.${family}.macroEnabledTemplate.main+xml`,
      `application/vnd.${family}.MACROENABLED.main`,
    ]) {
      expect([declared, openXml(['text/xml', declared])]).toEqual([declared, `application/vnd.${type}`]);
    }
    // What only begins like one is none.
    expect(openXml([`application/vnd.${family}.main+xml.other`])).toBe('application/zip');
  });

  it('with macros that says so in other letters, or in another part, is one all the same', () => {
    const macros = (declared: string) =>
      openXml([`application/vnd.ms-excel.${declared}`, main('wordprocessingml.document')]);
    expect(macros('template.MACROENABLEDTEMPLATE.MAIN')).toBe('application/vnd.ms-excel.template.macroenabled.12');
    expect(macros('macroEnabledTemplate.macroEnabled.main')).toBe(
      'application/vnd.ms-excel.macroenabledtemplate.macroenabled.12',
    );
    for (const part of ['VBAPROJECT', 'ACTIVEX']) {
      expect([part, macros(part)]).toEqual([part, 'application/vnd.ms-word.document.macroenabled.12']);
    }
  });

  it.each([
    ['wordprocessingml.document', 'application/vnd.ms-word.document.macroenabled.12'],
    ['spreadsheetml.sheet', 'application/vnd.ms-excel.sheet.macroenabled.12'],
    ['presentationml.presentation', 'application/vnd.ms-powerpoint.presentation.macroenabled.12'],
  ])('that holds macros without saying so is told as what holds them: %s', (family, type) => {
    for (const part of ['word/vbaProject.bin', 'xl/macrosheets/1.xml', 'ppt/activeX/1.xml']) {
      expect([part, openXml([main(family)], [part])]).toEqual([part, type]);
    }
    for (const declared of [
      'application/vnd.ms-office.vbaProject',
      'application/vnd.ms-excel.macrosheet+xml',
      'application/vnd.ms-office.activeX+xml',
    ]) {
      expect([declared, openXml([main(family), declared])]).toEqual([declared, type]);
    }
  });

  it('that holds macros and has no main part counts as Word', () => {
    expect(openXml(['text/xml'], ['vbaProject.bin'])).toBe('application/vnd.ms-word.document.macroenabled.12');
  });

  it.each([
    ['its directory is not whole', () => openXml([main('spreadsheetml.sheet')], [], false)],
    ['it has no main part', () => openXml(['text/xml'])],
    ['its main part is of another company', () => openXml(['application/vnd.example.main+xml'])],
    ['its main part has another ending', () => openXml([`${main('spreadsheetml.sheet')}x`])],
    ['its main part begins otherwise', () => openXml([`x${main('spreadsheetml.sheet')}`])],
    ['its main part has no dot at its end', () => openXml([`${OPEN_XML}.x-main+xml`])],
    ['its main part has no dot at its beginning', () => openXml(['application/vnd-openxmlformats-x.main+xml'])],
  ])('is only a zip when %s', (_, type) => expect(type()).toBe('application/zip'));

  it('with a type that no part of Office has is not named by it', () => {
    for (const declared of ['x y/&lt;z>.macroEnabled.main+xml', `application/vnd.ms-${'é'}.macroEnabled.main`]) {
      expect(openXml([declared])).toBe('application/vnd.ms-word.document.macroenabled.12');
    }
    expect(openXml([`${OPEN_XML}.${'x'.repeat(101)}.main+xml`])).toBe('application/zip');
    expect(openXml([`${OPEN_XML}.a b.main+xml`])).toBe('application/zip');
  });

  it('may hold another one with macros, as an attachment', () => {
    for (const type of [
      'application/vnd.ms-excel.sheet.macroEnabled.12',
      'application/vnd.ms-word.document.macroEnabled.12',
    ]) {
      const parts = ['word/embeddings/a.xlsm'];
      expect(openXml([main('wordprocessingml.document'), type], parts)).toBe(`${OPEN_XML}.wordprocessingml.document`);
    }
  });

  it.each(['vbaProject', 'wordVbaData', 'xlMacrosheet', 'xlIntlMacrosheet', 'control'])(
    'has macros by a relationship %s of its main part',
    (name) => {
      const of = (type: string) =>
        typeOfZip(content({ contentTypes: types(main('spreadsheetml.sheet')), relationships: ['x', type] }));
      expect(of(`http://schemas.microsoft.com/office/2006/relationships/${name}`)).toBe(
        'application/vnd.ms-excel.sheet.macroenabled.12',
      );
      expect(of(`http://schemas.microsoft.com/office/2006/relationships/${name}s`)).toBe(
        `${OPEN_XML}.spreadsheetml.sheet`,
      );
    },
  );

  it('may be signed as Java signs, but hold no classes', () => {
    const signed = (...names: string[]) =>
      openXml([main('wordprocessingml.document')], ['META-INF/MANIFEST.MF', ...names]);
    expect(signed()).toBe(`${OPEN_XML}.wordprocessingml.document`);
    expect(signed('a/B.class')).toBe('application/java-archive');
    expect(openXml(['text/xml'], ['META-INF/MANIFEST.MF'])).toBe('application/java-archive');
  });

  it('may separate folders as Windows does', () => {
    expect(openXml([main('spreadsheetml.sheet')], ['xl\\workbook.xml'])).toBe(`${OPEN_XML}.spreadsheetml.sheet`);
    expect(openXml([main('spreadsheetml.sheet')], ['xl\\macrosheets\\a.xml'])).toMatch(/macroenabled/);
  });
});

describe('an OpenDocument or EPUB', () => {
  const openDocument = (mimetype: string, names: string[] = [], complete = true) =>
    typeOfZip(content({ mimetype, names: ['content.xml', ...names], complete }));

  it.each([
    'application/vnd.oasis.opendocument.text',
    'application/vnd.oasis.opendocument.text-template',
    'application/epub+zip',
  ])('is what its mimetype says: %s', (type) => {
    expect(openDocument(type)).toBe(type);
    expect(openDocument(` ${type.toUpperCase()}\n`)).toBe(type);
    expect(openDocument(type, [], false)).toBe('application/zip');
    expect(openDocument(`x${type}`)).toBe('application/zip');
    expect(openDocument(`${type}1`)).toBe('application/zip');
  });

  it('is nothing else', () => {
    expect(openDocument('text/html')).toBe('application/zip');
    expect(openDocument('application/vnd.oasis.opendocument.')).toBe('application/zip');
    expect(openDocument(`application/vnd.oasis.opendocument.${'x'.repeat(41)}`)).toBe('application/zip');
    const longest = `application/vnd.oasis.opendocument.${'x'.repeat(40)}`;
    expect(openDocument(longest)).toBe(longest);
    for (const other of ['vnd-oasis.opendocument.text', 'vnd.oasis-opendocument.text', 'vnd.oasis.opendocument-text']) {
      expect([other, openDocument(`application/${other}`)]).toEqual([other, 'application/zip']);
    }
  });

  it('of an EPUB may hold scripts: readers shut them in', () => {
    expect(openDocument('application/epub+zip', ['OEBPS/Scripts/a.js'])).toBe('application/epub+zip');
  });

  it.each(['Basic/Standard/a.xml', 'Scripts/python/a.py', 'basic/a.xml', 'Scripts\\a.py'])(
    'with %s holds macros',
    (name) => {
      const type = 'application/vnd.oasis.opendocument.text';
      expect(openDocument(type, [name])).toBe('application/x-opendocument-macro');
      expect(openDocument(type, [name], false)).toBe('application/x-opendocument-macro');
      expect(openDocument(type, [`Object 1/${name}`])).toBe('application/x-opendocument-macro');
      for (const other of ['Basic/', 'Scripts/', 'Basics/a', 'a/Basics/b'])
        expect([other, openDocument(type, [other])]).toEqual([other, type]);
    },
  );
});
