import { expect, it } from '@jest/globals';
import { isVocabularyOf } from '../../../../../functions/domain/file-type/xml/xml-vocabularies.ts';
import { judged } from '../../../../support/file-types/judged.ts';

const VOCABULARIES: readonly (readonly [type: string, root: string])[] = [
  ['application/atom+xml', 'feed'],
  ['application/atom+xml', 'entry'],
  ['application/rss+xml', 'rss'],
  ['application/soap+xml', 'Envelope'],
  ['application/dash+xml', 'MPD'],
  ['application/xspf+xml', 'playlist'],
  ['application/ttml+xml', 'tt'],
  ['application/tei+xml', 'TEI'],
  ['model/vnd.collada+xml', 'COLLADA'],
  ['application/gml+xml', 'FeatureCollection'],
];

it.each(VOCABULARIES)('%s is the type of XML with the root %s', async (type, root) => {
  expect(isVocabularyOf(type, root)).toBe(true);
  expect(isVocabularyOf(type, 'other')).toBe(false);
  expect(isVocabularyOf('text/html', root)).toBe(false);
  const verdict = await judged('data.xml', `<${root}/>`, { contentType: type });
  expect(verdict).toEqual({ type: 'application/xml', finding: null });
});
