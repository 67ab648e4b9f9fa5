import { describe, expect, it } from '@jest/globals';
import { typeOfZip, type ZipContent } from '../../../../functions/domain/file-type/zip-content.ts';

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
  `<Types>${declared.map((type) => `<Override PartName="/p" ContentType="${type}"/>`).join('')}</Types>`;
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

  it('is one however its content types are spelled', () => {
    const of = (attribute: string) => typeOfZip(content({ contentTypes: `<Types><Default ${attribute}/></Types>` }));
    const type = main('spreadsheetml.sheet');
    for (const spelled of [`ContentType='${type}'`, `contenttype = "${type}"`, `ContentType\n=\t"${type}"`]) {
      expect(of(spelled)).toBe(`${OPEN_XML}.spreadsheetml.sheet`);
    }
    expect(of(`ContentTyp="${type}"`)).toBe('application/zip');
  });

  it('is only a zip when its content types are spelled like nothing that Office writes', () => {
    const of = (attribute: string) => typeOfZip(content({ contentTypes: `<Types><Default ${attribute}/></Types>` }));
    const type = main('spreadsheetml.sheet');
    const gap = ' '.repeat(16);
    expect(of(`ContentType${gap}=${gap}"${type}"`)).toBe(`${OPEN_XML}.spreadsheetml.sheet`);
    for (const spelled of [`ContentType ${gap}="${type}"`, `ContentType= ${gap}"${type}"`, `ContentType="${type}`]) {
      expect([spelled, of(spelled)]).toEqual([spelled, 'application/zip']);
    }
    const ofLength = (length: number) => of(`ContentType="${main('x'.repeat(length - main('').length))}"`);
    expect(ofLength(200)).toMatch(/^application\/vnd\.openxmlformats-officedocument\.x+$/);
    expect(ofLength(201)).toBe('application/zip');
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
    for (const part of [
      'MACROENABLED.other',
      'macroEnabled.main+xml.other',
      'macroEnabledXmain',
      'VBAPROJECT',
      'ACTIVEX',
    ]) {
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
      'application/x.macroEnabled.other',
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
    [
      'its content types declare entities in other letters',
      () => typeOfZip(content({ contentTypes: `<!entity a "b">${types(main('spreadsheetml.sheet'))}` })),
    ],
    [
      'its content types declare entities',
      () => typeOfZip(content({ contentTypes: `<!ENTITY a "b">${types(main('spreadsheetml.sheet'))}` })),
    ],
    [
      'its content types hold references',
      () => typeOfZip(content({ contentTypes: `&#65;${types(main('spreadsheetml.sheet'))}` })),
    ],
  ])('is only a zip when %s', (_, type) => expect(type()).toBe('application/zip'));
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

  it.each(['Basic/Standard/a.xml', 'Scripts/python/a.py'])('with %s holds macros', (name) => {
    const type = 'application/vnd.oasis.opendocument.text';
    expect(openDocument(type, [name])).toBe('application/x-opendocument-macro');
    expect(openDocument(type, [name], false)).toBe('application/x-opendocument-macro');
    expect(openDocument(type, [`Object 1/${name}`])).toBe('application/x-opendocument-macro');
    for (const other of ['Basic/', 'Scripts/', 'Basics/a', 'a/Basics/b'])
      expect([other, openDocument(type, [other])]).toEqual([other, type]);
  });
});
