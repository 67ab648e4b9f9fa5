import { expect, it } from '@jest/globals';
import {
  fetchedBy,
  relationshipOf,
  targetOf,
} from '../../../../../functions/domain/containers/active/relationships.ts';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';
const STRICT = 'http://purl.oclc.org/ooxml/officeDocument/relationships/';
const fetched = (Type: string, Target: string, TargetMode = 'External') => {
  const attributes: Record<string, string> = { Type, Target, TargetMode };
  return fetchedBy(relationshipOf((name) => [attributes[name]].filter((value) => value !== undefined)));
};

it.each([
  [`${OFFICE}attachedTemplate`, 'office-remote-template'],
  [`${STRICT}attachedTemplate`, 'office-remote-template'],
  [`${OFFICE}oleObject`, 'office-external-ole'],
  [`${OFFICE}package`, 'office-external-ole'],
  [`${OFFICE}frame`, 'office-external-link'],
  [`${OFFICE}subDocument`, 'office-external-link'],
  [`${OFFICE}externalLinkPath`, 'office-external-link'],
  [`${OFFICE}aFChunk`, 'office-external-link'],
  ['http://schemas.microsoft.com/office/2006/relationships/xlExternalLinkPath/xlPathMissing', 'office-external-link'],
])('%s of another place is %s', (type, kind) => {
  for (const target of [
    'https://example.com/a',
    '\\\\server\\share\\a.dotm',
    'file://server/share/a.dotm',
    'file:///\\\\server\\share\\a.dotm',
    'file:////server/share/a.dotm',
    'file:///%5C%5Cserver/a.dotm',
    'a.dotm',
    'x:a',
    '',
  ]) {
    expect([target, fetched(type, target)]).toEqual([target, kind]);
    expect(fetched(type, target, ' external '.trim())).toBe(kind);
    expect(fetched(type, target, 'Internal')).toBeNull();
  }
});

it.each([
  'file:///C:\\Users\\a\\Templates\\Letter.dotx',
  'file:///Users/a/Letter.dotx',
  'file://localhost/Users/a/Letter.dotx',
  'C:\\Templates\\Letter.dotx',
  'd:/Letter.dotx',
])('a template on the disk of the author is fetched from nowhere: %s', (target) => {
  expect(fetched(`${OFFICE}attachedTemplate`, target)).toBeNull();
});

it.each(['hyperlink', 'image', 'video', 'audio', 'media', 'styles'])('%s is only followed, or shown', (type) => {
  expect(fetched(`${OFFICE}${type}`, 'https://example.com/a')).toBeNull();
});

it.each([
  ['word/_rels/document.xml.rels', 'afchunk.mht', 'word/afchunk.mht'],
  ['word/_rels/document.xml.rels', '../Chunk.HTML', 'chunk.html'],
  ['word/_rels/document.xml.rels', '/word/a.mht', 'word/a.mht'],
  ['word/_rels/document.xml.rels', './b/../a.mht#x', 'word/a.mht'],
  ['word/_rels/document.xml.rels', 'a.mht?x=1&y=2', 'word/a.mht'],
  ['word/_rels/document.xml.rels', 'a.mht#section-two', 'word/a.mht'],
  ['_rels/.rels', 'word\\a.mht', 'word/a.mht'],
  ['_rels/.rels', '../../a.mht', 'a.mht'],
])('of %s, %s leads to %s', (of, target, part) => {
  expect(targetOf(of, target)).toBe(part);
});
