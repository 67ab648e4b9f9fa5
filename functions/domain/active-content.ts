/** What documents run or fetch when they are opened, beside macros: the names, and what each of them means. */
export const ACTIVE_CONTENT_KINDS = {
  'odf-event-script': 'OpenDocument that runs a script on an event, such as the opening of the document.',
  'office-dde': 'Office document with a DDE link or field, which starts another program for its data.',
  'office-external-link':
    'Office document that takes a frame, a subdocument or the cells of a workbook from another place.',
  'office-external-ole': 'Office document with a linked object that comes from another place.',
  'office-html-chunk': 'Word document that imports a web page, or another file that is no Word document, as it opens.',
  'office-ole-package':
    'Office document with an embedded object, which another program opens, or with an attached file.',
  'office-remote-template':
    'Office document whose template comes from another place, with the macros of that template.',
  'pdf-embedded-file': 'PDF with attached files.',
  'pdf-javascript': 'PDF with JavaScript, or with scripts in its XFA form.',
  'pdf-launch': 'PDF that starts a program or opens a file.',
} as const;

export type ActiveContent = keyof typeof ACTIVE_CONTENT_KINDS;

/** The media type of an OpenDocument file that runs macros. */
export const OPENDOCUMENT_MACRO = 'application/x-opendocument-macro';
