/** What people upload, by group; text is in text-types.ts. Names of types are those that `file-type` detects. */
type Table = Readonly<Record<string, readonly string[]>>;

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/** Documents that are zips. Not the database of OpenDocument (`odb`): it is made of queries, scripts and connections. */
export const ZIP_DOCUMENTS: Table = {
  [`${OPEN_XML}.wordprocessingml.document`]: ['docx'],
  [`${OPEN_XML}.wordprocessingml.template`]: ['dotx'],
  [`${OPEN_XML}.spreadsheetml.sheet`]: ['xlsx'],
  [`${OPEN_XML}.spreadsheetml.template`]: ['xltx'],
  [`${OPEN_XML}.presentationml.presentation`]: ['pptx'],
  [`${OPEN_XML}.presentationml.template`]: ['potx'],
  [`${OPEN_XML}.presentationml.slideshow`]: ['ppsx'],
  [`${OPEN_DOCUMENT}.text`]: ['odt'],
  [`${OPEN_DOCUMENT}.text-template`]: ['ott'],
  [`${OPEN_DOCUMENT}.text-master`]: ['odm'],
  [`${OPEN_DOCUMENT}.text-master-template`]: ['otm'],
  [`${OPEN_DOCUMENT}.spreadsheet`]: ['ods'],
  [`${OPEN_DOCUMENT}.spreadsheet-template`]: ['ots'],
  [`${OPEN_DOCUMENT}.presentation`]: ['odp'],
  [`${OPEN_DOCUMENT}.presentation-template`]: ['otp'],
  [`${OPEN_DOCUMENT}.graphics`]: ['odg'],
  [`${OPEN_DOCUMENT}.graphics-template`]: ['otg'],
  [`${OPEN_DOCUMENT}.chart`]: ['odc'],
  [`${OPEN_DOCUMENT}.formula`]: ['odf'],
  [`${OPEN_DOCUMENT}.image`]: ['odi'],
  'application/epub+zip': ['epub'],
};

export const DOCUMENTS: Table = { 'application/pdf': ['pdf'], ...ZIP_DOCUMENTS };

export const IMAGES: Table = {
  'image/png': ['png'],
  'image/apng': ['apng', 'png'],
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif', 'pjpeg', 'pjp'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/bmp': ['bmp', 'dib'],
  'image/tiff': ['tif', 'tiff'],
  'image/heic': ['heic', 'heif', 'hif'],
  'image/heic-sequence': ['heic', 'heics'],
  'image/heif': ['heif', 'heic', 'hif'],
  'image/heif-sequence': ['heif', 'heifs', 'heic'],
  'image/avif': ['avif', 'avifs'],
  'image/jxl': ['jxl'],
  'image/x-icon': ['ico'],
};

export const AUDIO: Table = {
  'audio/mpeg': ['mp3', 'mp2', 'mp1', 'mpga'],
  'audio/mp4': ['m4a', 'm4b', 'm4r', 'mp4', 'mp4a', 'f4a', 'f4b', 'cmfa'],
  'audio/x-m4a': ['m4a', 'm4b', 'm4r', 'mp4'],
  'audio/aac': ['aac', 'adts'],
  'audio/ogg': ['ogg', 'oga', 'opus', 'spx'],
  'audio/flac': ['flac'],
  'audio/wav': ['wav'],
  'audio/aiff': ['aif', 'aiff'],
  'audio/midi': ['mid', 'midi', 'kar', 'rmi'],
  'audio/amr': ['amr'],
};

export const VIDEO: Table = {
  'video/mp4': ['mp4', 'm4v', 'm4s', 'm4p', 'mp4v', 'mpg4', 'f4v', 'f4p', 'cmfv', 'lrv'],
  'video/x-m4v': ['m4v', 'mp4'],
  'video/quicktime': ['mov', 'qt'],
  'video/3gpp': ['3gp', '3gpp', '3ga'],
  'video/3gpp2': ['3g2', '3gp2'],
  'video/webm': ['webm', 'weba'],
  'video/matroska': ['mkv', 'mka', 'mks'],
  'video/mpeg': ['mpg', 'mpeg', 'mpe', 'm1v', 'm2v', 'vob'],
  'video/mp1s': ['mpg', 'mpeg', 'mpe'],
  'video/mp2p': ['mpg', 'mpeg', 'mpe', 'vob'],
  'video/mp2t': ['ts', 'mts', 'm2ts', 'm2t'],
  'video/ogg': ['ogv', 'ogg', 'ogm'],
  'video/vnd.avi': ['avi'],
};

export const ARCHIVES: Table = {
  'application/zip': ['zip'],
  'application/x-tar': ['tar'],
  'application/gzip': ['gz', 'tgz'],
  'application/x-bzip2': ['bz2', 'tbz2', 'tbz'],
  'application/x-xz': ['xz', 'txz'],
  'application/x-7z-compressed': ['7z'],
  'application/x-rar-compressed': ['rar'],
  'application/zstd': ['zst', 'zstd', 'tzst'],
};
