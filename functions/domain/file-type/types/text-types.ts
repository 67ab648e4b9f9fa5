/** Text formats that nothing runs: told apart by the extension, because their content is just text. */
type Table = Readonly<Record<string, readonly string[]>>;

/** Formats that are XML; their content has to be XML too. */
export const XML_TYPES: Table = {
  'application/xml': ['xml', 'xsd', 'tmx', 'osm', 'xbrl', 'drawio'],
  'application/gpx+xml': ['gpx'],
  'application/vnd.google-earth.kml+xml': ['kml'],
  'application/vnd.garmin.tcx+xml': ['tcx'],
  'application/gml+xml': ['gml'],
  'application/rss+xml': ['rss'],
  'application/atom+xml': ['atom'],
  'application/xliff+xml': ['xlf', 'xliff'],
  'application/tei+xml': ['tei', 'teicorpus'],
  'application/ttml+xml': ['ttml', 'dfxp'],
  'application/vnd.recordare.musicxml+xml': ['musicxml'],
  'application/wsdl+xml': ['wsdl'],
  'application/xspf+xml': ['xspf'],
  'application/x-fictionbook+xml': ['fb2'],
  'text/x-opml': ['opml'],
};

/** Not here: settings and scripts that a program obeys (`ini`, `inf`, `reg`), and flat OpenDocument, which has macros. */
export const TEXT_TYPES: Table = {
  'text/plain': [
    ...['txt', 'text', 'log', 'rst', 'adoc', 'asciidoc', 'org', 'textile', 'conf', 'cfg', 'properties', 'toml'],
    ...['po', 'pot', 'nfo', 'lst', 'asc', 'sbv', 'lrc', 'cue'],
  ],
  'text/markdown': ['md', 'markdown', 'mdown', 'mkd'],
  'text/csv': ['csv'],
  'text/tab-separated-values': ['tsv', 'tab'],
  'text/x-diff': ['diff', 'patch'],
  'application/json': ['json', 'map', 'har', 'topojson', 'json5', 'jsonc'],
  'application/geo+json': ['geojson'],
  'application/ld+json': ['jsonld'],
  'application/manifest+json': ['webmanifest'],
  'application/x-ipynb+json': ['ipynb'],
  'model/gltf+json': ['gltf'],
  'application/x-ndjson': ['jsonl', 'ndjson'],
  'application/yaml': ['yaml', 'yml'],
  ...XML_TYPES,
  'application/sql': ['sql'],
  'application/x-tex': ['tex', 'ltx', 'sty'],
  'text/x-bibtex': ['bib'],
  'application/x-research-info-systems': ['ris'],
  'application/x-pem-file': ['pem', 'crt', 'csr', 'crl'],
  'image/vnd.dxf': ['dxf'],
  'application/x-subrip': ['srt'],
  'text/vtt': ['vtt'],
  'text/x-ssa': ['ass', 'ssa'],
  'application/vnd.apple.mpegurl': ['m3u8', 'm3u'],
  'audio/x-scpls': ['pls'],
  'text/calendar': ['ics', 'ifb', 'ical'],
  'text/vcard': ['vcf', 'vcard'],
};
