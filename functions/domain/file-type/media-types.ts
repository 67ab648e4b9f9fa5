/**
 * Media types by group, each with the extensions that agree with it. Names are those that `file-type` detects;
 * ALIASES has the other names people use in a configuration.
 */
const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/** Not detectable by first bytes: text, distinguished only by extension. */
export const TEXT_TYPES: Readonly<Record<string, readonly string[]>> = {
  'text/plain': ['txt', 'text', 'log', 'rst', 'adoc', 'conf', 'cfg', 'properties', 'po', 'toml'],
  'text/markdown': ['md', 'markdown'],
  'text/csv': ['csv'],
  'text/tab-separated-values': ['tsv', 'tab'],
  'application/json': ['json', 'geojson', 'map'],
  'application/x-ndjson': ['jsonl', 'ndjson'],
  'application/yaml': ['yaml', 'yml'],
  'application/xml': ['xml'],
  'application/x-subrip': ['srt'],
  'text/calendar': ['ics', 'ifb'],
  'text/vcard': ['vcf', 'vcard'],
  'text/vtt': ['vtt'],
};

const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'application/pdf': ['pdf'],
  [`${OPEN_XML}.wordprocessingml.document`]: ['docx'],
  [`${OPEN_XML}.wordprocessingml.template`]: ['dotx'],
  [`${OPEN_XML}.spreadsheetml.sheet`]: ['xlsx'],
  [`${OPEN_XML}.spreadsheetml.template`]: ['xltx'],
  [`${OPEN_XML}.presentationml.presentation`]: ['pptx'],
  [`${OPEN_XML}.presentationml.template`]: ['potx'],
  [`${OPEN_XML}.presentationml.slideshow`]: ['ppsx'],
  [`${OPEN_DOCUMENT}.text`]: ['odt'],
  [`${OPEN_DOCUMENT}.text-template`]: ['ott'],
  [`${OPEN_DOCUMENT}.spreadsheet`]: ['ods'],
  [`${OPEN_DOCUMENT}.spreadsheet-template`]: ['ots'],
  [`${OPEN_DOCUMENT}.presentation`]: ['odp'],
  [`${OPEN_DOCUMENT}.presentation-template`]: ['otp'],
  [`${OPEN_DOCUMENT}.graphics`]: ['odg'],
  [`${OPEN_DOCUMENT}.graphics-template`]: ['otg'],
  'application/epub+zip': ['epub'],
};

/** Group name -> media type -> agreeing extensions. */
export const GROUPS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  documents: DOCUMENTS,
  images: {
    'image/png': ['png'],
    'image/apng': ['apng', 'png'],
    'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
    'image/gif': ['gif'],
    'image/webp': ['webp'],
    'image/bmp': ['bmp', 'dib'],
    'image/tiff': ['tif', 'tiff'],
    'image/heic': ['heic', 'heif'],
    'image/heic-sequence': ['heic', 'heics'],
    'image/heif': ['heif', 'heic'],
    'image/heif-sequence': ['heif', 'heifs'],
    'image/avif': ['avif'],
    'image/jxl': ['jxl'],
    'image/x-icon': ['ico'],
  },
  audio: {
    'audio/mpeg': ['mp3', 'mp2', 'mp1', 'mpga'],
    'audio/mp4': ['m4a', 'm4b', 'mp4'],
    'audio/x-m4a': ['m4a', 'm4b'],
    'audio/aac': ['aac'],
    'audio/ogg': ['ogg', 'oga', 'opus', 'spx'],
    'audio/flac': ['flac'],
    'audio/wav': ['wav'],
    'audio/aiff': ['aif', 'aiff'],
    'audio/midi': ['mid', 'midi'],
    'audio/amr': ['amr'],
  },
  video: {
    'video/mp4': ['mp4', 'm4v'],
    'video/x-m4v': ['m4v', 'mp4'],
    'video/quicktime': ['mov', 'qt'],
    'video/webm': ['webm'],
    'video/matroska': ['mkv', 'mka', 'mks'],
    'video/mpeg': ['mpg', 'mpeg', 'mpe', 'vob'],
    'video/mp1s': ['mpg', 'mpeg', 'mpe'],
    'video/mp2p': ['mpg', 'mpeg', 'mpe', 'vob'],
    'video/mp2t': ['ts', 'mts', 'm2ts'],
    'video/ogg': ['ogv', 'ogg', 'ogm'],
    'video/3gpp': ['3gp'],
    'video/3gpp2': ['3g2'],
    'video/vnd.avi': ['avi'],
  },
  archives: {
    'application/zip': ['zip'],
    'application/x-tar': ['tar'],
    'application/gzip': ['gz', 'tgz'],
    'application/x-bzip2': ['bz2', 'tbz2', 'tbz'],
    'application/x-xz': ['xz', 'txz'],
    'application/x-7z-compressed': ['7z'],
    'application/x-rar-compressed': ['rar'],
    'application/zstd': ['zst', 'zstd', 'tzst'],
  },
  text: TEXT_TYPES,
};

/** Other names of the same type -> the name used here. */
export const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/x-ms-bmp': 'image/bmp',
  'image/vnd.microsoft.icon': 'image/x-icon',
  'image/x-wmf': 'image/wmf',
  'image/x-emf': 'image/emf',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-aiff': 'audio/aiff',
  'audio/opus': 'audio/ogg',
  'audio/x-midi': 'audio/midi',
  'video/x-matroska': 'video/matroska',
  'video/x-msvideo': 'video/vnd.avi',
  'application/x-gzip': 'application/gzip',
  'application/vnd.rar': 'application/x-rar-compressed',
  'application/x-rar': 'application/x-rar-compressed',
  'application/x-zip-compressed': 'application/zip',
  'application/bzip2': 'application/x-bzip2',
  'application/x-zstd': 'application/zstd',
  'application/x-pdf': 'application/pdf',
  'application/x-yaml': 'application/yaml',
  'text/yaml': 'application/yaml',
  'text/xml': 'application/xml',
  'text/json': 'application/json',
  'application/jsonl': 'application/x-ndjson',
  'application/csv': 'text/csv',
  'text/rtf': 'application/rtf',
  'application/javascript': 'text/javascript',
  'application/xhtml+xml': 'text/html',
  'application/x-sh': 'text/x-shellscript',
  'application/x-php': 'application/x-httpd-php',
  'application/vnd.microsoft.portable-executable': 'application/x-msdownload',
  'application/x-dosexec': 'application/x-msdownload',
  'application/x-executable': 'application/x-elf',
  'application/x-ole-storage': 'application/x-cfb',
};

/** Lower case, without parameters, by the one name used here. */
export function canonicalType(name: string): string {
  const bare = name.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(ALIASES, bare) ? (ALIASES[bare] ?? bare) : bare;
}
