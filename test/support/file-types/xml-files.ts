import { latin1, type Sample, sample, utf16be, utf16le } from './sample.ts';

const XML = 'application/xml';
const DECLARATION = '<?xml version="1.0"?>\n';
const xml = (name: string, content: string | Uint8Array): Sample =>
  sample(
    `${name}.xml`,
    XML,
    typeof content === 'string' && !/^\s*<\?xml\s/.test(content) ? `${DECLARATION}${content}` : content,
  );

/** XML in which a parser finds nothing that runs. */
export const HONEST_XML: readonly Sample[] = [
  xml('latin1', latin1('<?xml version="1.0" encoding="ISO-8859-1"?>\n<r><name>Müller</name></r>\n')),
  xml('windows-1252', latin1('<?xml version="1.0" encoding="windows-1252"?>\n<r>\x80</r>\n')),
  xml('utf-16le', utf16le('<?xml version="1.0" encoding="UTF-16"?>\n<r>ü</r>')),
  xml('utf-16be', utf16be('<?xml version="1.0" encoding="UTF-16"?>\n<r>ü</r>')),
  xml('utf-16-in-name-only', '<?xml version="1.0" encoding="utf-16"?><r>ü</r>'),
  xml('mark', `\ufeff${DECLARATION}<r/>`),
  xml('jats', '<article xmlns:xlink="http://www.w3.org/1999/xlink"><body><p>Text</p></body></article>'),
  xml('tei', '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><p>Text</p></body></text></TEI>'),
  xml('xliff', '<xliff version="1.2"><file original="a"><body><trans-unit id="1"/></body></file></xliff>'),
  xml('opml', '<opml version="2.0"><head><title>feeds</title></head><body><outline text="a"/></body></opml>'),
  xml('soap', '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><Ping/></Body></Envelope>'),
  xml('ebics', '<ebicsRequest xmlns="urn:org:ebics:H004"><header/><body><DataTransfer/></body></ebicsRequest>'),
  xml('object', '<export><object id="1"><name>x</name></object></export>'),
  xml('frame', '<anim><frame n="1"/><base>10</base></anim>'),
  xml('plist', '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/[x].dtd"><plist/>'),
  sample('no-declaration.xml', XML, '<testsuite name="a"><testcase name="renders &lt;script&gt;"/></testsuite>\n'),
  xml('attributes', '<switch name="lamp" only="yes" ontime="12" online="true"/>'),
  xml('unused', '<r xmlns:h="http://www.w3.org/1999/xhtml" xmlns:s="http://www.w3.org/2000/svg"/>'),
  xml('css', '<?xml-stylesheet type="text/css" href="a.css"?><r/>'),
  xml('job', '<job><title>Cook</title></job>'),
  xml('project', '<Project xmlns="http://schemas.microsoft.com/project"><Name>x</Name></Project>'),
  xml('other-svg', '<svg xmlns="urn:example"/>'.replace('<svg', '<x:svg').replace('xmlns', 'xmlns:x')),
];

/** XML that is refused where it is XML, each with the rule. */
export const PROBLEM_XML: readonly (readonly [rule: string, file: Sample])[] = [
  ['stylesheet', xml('invoice', '<?xml-stylesheet type="text/xsl" href="a.xsl"?><p:F xmlns:p="urn:x"/>')],
  ['stylesheet', xml('stylesheet-anywhere', '<r><?xml-stylesheet href="#x" type="text/xml"?></r>')],
  ['stylesheet', xml('stylesheet-no-type', '<?xml-stylesheet href="a.css"?><r/>')],
  ['stylesheet', xml('stylesheet-two-types', '<?xml-stylesheet type="text/css" type="text/xsl" href="a"?><r/>')],
  ['stylesheet', xml('stylesheet-broken', '<?xml-stylesheet type="text/css"/><y type="text/xsl"?><r/>')],
  ['stylesheet', xml('stylesheet-reference', '<?xml-stylesheet type="text/&#120;sl" href="a"?><r/>')],
  ['internal-subset', xml('entity', '<!DOCTYPE book [<!ENTITY v "1.2">]><book>&v;</book>')],
  [
    'internal-subset',
    xml('subset', '<!DOCTYPE r PUBLIC "a]" \'b\' [<!ATTLIST r xmlns CDATA "http://www.w3.org/1999/xhtml">]><r/>'),
  ],
  ['internal-subset', xml('empty-subset', '<!DOCTYPE r []><r/>')],
  ['xhtml', xml('feed', '<feed><content><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi</p></div></content></feed>')],
  ['xhtml', xml('reference', '<r xmlns:h="http://www.w3.org/1999/xhtm&#108;"><h:script>alert(1)</h:script></r>')],
  ['xhtml', xml('until-broken', '<r><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script><')],
  [
    'xhtml',
    xml(
      'gbk',
      latin1(
        '<?xml version="1.0" encoding="windows-1252"?><r><![CDATA[\x81]]><h:b xmlns:h="http://www.w3.org/1999/xhtml"/></r>',
      ),
    ),
  ],
  ['svg', xml('drawing', '<r><s:g xmlns:s="http://www.w3.org/2000/sv&#x67;"/></r>')],
  ['xslt', xml('simplified', '<r x:version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"/>')],
  ['malformed', xml('unclosed', '<r><a></r>')],
  ['malformed', xml('two-roots', '<r/><r/>')],
  ['malformed', xml('no-root', '<!-- x -->')],
  ['malformed', xml('behind-a-blank', ` ${DECLARATION}<r/>`)],
  ['malformed', xml('unknown-entity', '<r>&nbsp;</r>')],
  ['malformed', xml('unbound', '<a:r/>')],
  ['malformed', xml('bytes', latin1('<?xml version="1.0"?><r>\xfc</r>'))],
  ['malformed', xml('control-1.1', '<?xml version="1.1"?><r>&#1;</r>')],
  ['encoding', xml('utf-7', '<?xml version="1.0" encoding="utf-7"?>+ADw-script/+AD4-')],
  ['encoding', xml('ebcdic', '<?xml version="1.0" encoding="ibm037"?><a/>')],
  ['encoding', xml('iso-2022-jp', '<?xml version="1.0" encoding="iso-2022-jp"?><a/>')],
  ['encoding', xml('iso-2022-kr', '<?xml version="1.0" encoding="iso-2022-kr"?><a/>')],
  ['encoding', xml('user-defined', '<?xml version="1.0" encoding="x-user-defined"?><a/>')],
];

/** XML that something renders, runs or installs by its root. */
export const ACTIVE_XML: readonly Sample[] = [
  sample(
    'drawing.xml',
    'image/svg+xml',
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>',
  ),
  sample('web.config.xml', 'application/x-web-config', '<configuration><system.webServer/></configuration>'),
  sample('prefix.xml', 'image/svg+xml', '<x:svg xmlns:x="http://www.w3.org/2000/sv&#x67;"><x:script/></x:svg>'),
  sample('page.xml', 'text/html', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'),
  sample('page-bare.txt', 'text/html', '<?xml version="1.0"?><html/>'),
  sample('page-utf-16.txt', 'text/html', utf16le('<?xml version="1.0"?><h:b xmlns:h="http://www.w3.org/1999/xhtml"/>')),
  ...['stylesheet', 'transform'].map((root) =>
    sample(`${root}.xml`, 'application/xslt+xml', `<a:${root} xmlns:a="http://www.w3.org/1999/XSL/Transform"/>`),
  ),
  sample(
    'library.xml',
    'application/x-windows-library',
    '<libraryDescription xmlns="http://schemas.microsoft.com/windows/2009/library"/>',
  ),
  sample('search.txt', 'application/x-windows-search-connector', '<searchConnectorDescription/>'),
  sample('settings.xml', 'application/x-windows-settings', '<PCSettings><SearchableContent/></PCSettings>'),
  sample('java.xml', 'application/x-java-jnlp-file', '<?xml version="1.0"?><jnlp spec="1.0+"/>'),
  sample(
    'build.xml',
    'application/x-msbuild',
    '<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003"/>',
  ),
  sample('build-new.xml', 'application/x-msbuild', '<Project Sdk="x"><Target Name="y"/></Project>'),
  sample(
    'job.xml',
    'application/x-windows-script',
    '<?xml version="1.0"?><job id="x"><script language="JScript">1</script></job>',
  ),
  sample('package.txt', 'application/x-windows-script', '<package><job><script>1</script></job></package>'),
  sample('component.xml', 'application/x-windows-script', '<component><registration progid="x"/></component>'),
];
