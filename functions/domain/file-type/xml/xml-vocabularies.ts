/** Media types of XML that nothing renders, by the local name of the root: what feeds and services are stored as. */
const BY_ROOT: Readonly<Record<string, readonly string[]>> = {
  feed: ['application/atom+xml'],
  entry: ['application/atom+xml'],
  rss: ['application/rss+xml'],
  Envelope: ['application/soap+xml'],
  MPD: ['application/dash+xml'],
  playlist: ['application/xspf+xml'],
  tt: ['application/ttml+xml'],
  TEI: ['application/tei+xml'],
  COLLADA: ['model/vnd.collada+xml'],
  FeatureCollection: ['application/gml+xml'],
};

/** Whether this is the media type of XML with such a root. */
export function isVocabularyOf(type: string, root: string): boolean {
  return BY_ROOT[root]?.includes(type) === true;
}
