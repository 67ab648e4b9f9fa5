/** Groups that are off unless `allowedTypes` names them: honest files of these kinds exist, but not everywhere. */
type Table = Readonly<Record<string, readonly string[]>>;

/** Office up to 2003 without macros; with them it is `application/x-office-legacy-macro`. */
export const OFFICE_LEGACY: Table = {
  'application/msword': ['doc', 'dot'],
  'application/vnd.ms-excel': ['xls', 'xlt'],
  'application/vnd.ms-powerpoint': ['ppt', 'pot', 'pps'],
};

export const EMAIL: Table = {
  'message/rfc822': ['eml'],
  'application/vnd.ms-outlook': ['msg'],
};

/** Without objects; with them it is `application/x-rtf-object`. Word saves RTF as `.doc` when asked to. */
export const RICH_TEXT: Table = { 'application/rtf': ['rtf', 'doc'] };

/** Of these, STEP and one form of STL are text. */
export const DESIGN: Table = {
  'image/vnd.dwg': ['dwg', 'dwt'],
  'model/step': ['step', 'stp', 'p21'],
  'model/stl': ['stl'],
  'image/vnd.adobe.photoshop': ['psd', 'psb'],
};

export const DATA: Table = {
  'application/vnd.apache.parquet': ['parquet'],
  'application/x-sqlite3': ['sqlite', 'sqlite3', 'db', 'db3', 'gpkg', 'mbtiles'],
  'application/dicom': ['dcm', 'dicom'],
};

/** The text among them that is told apart by the extension, as all inert text is. */
export const OPTIONAL_TEXT_TYPES: Table = {
  'message/rfc822': ['eml'],
  'model/step': ['step', 'stp', 'p21'],
  'model/stl': ['stl'],
};
