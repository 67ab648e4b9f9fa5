import { sanitizeTagValue } from './tags.ts';
import type { ScanStatus } from './verdict.ts';

/** Reasons that stand in `finding` where no signature does. */
export const FINDINGS = {
  tooLarge: 'too-large',
  keyCharacters: 'key-characters',
  encrypted: 'encrypted',
  limitExceeded: (limit: string) => `limits-exceeded:${limit}`,
  ambiguousArchive: (rule: string) => `ambiguous-archive:${rule}`,
  unsupportedFormat: (format: string) => `unsupported-format:${format}`,
  unreadable: 'unreadable',
  archived: 'archived',
  customerKey: 'customer-key',
  noKeyAccess: 'no-key-access',
  type: (detected: string) => `type:${detected}`,
  activeContent: (name: string) => `active-content:${name}`,
  extensionMismatch: (extension: string, detected: string) => `extension-mismatch:${extension}->${detected}`,
  contentType: (stored: string, detected: string) => `content-type:${stored}->${detected}`,
  invalidContentType: 'content-type:invalid',
  contentEncoding: (coding: string) => `content-encoding:${coding}`,
  websiteRedirect: 'website-redirect',
  xml: (rule: string) => `type:xml(${rule})`,
  exempt: (exemption: string, finding: string) => `exempt:${exemption}:${finding}`,
} as const;

/** What they say is about our access to the object, and not about its content. */
export const OUT_OF_REACH: ReadonlySet<string | null> = new Set([
  FINDINGS.archived,
  FINDINGS.customerKey,
  FINDINGS.noKeyAccess,
]);

export interface Explanation {
  readonly status: ScanStatus;
  /** As a reader of the documentation sees it. */
  readonly finding: string;
  readonly meaning: string;
  /** What the uploader or the operator can do. */
  readonly remedy: string;
  /** The setting that lets such files in; empty where there is none. */
  readonly setting: string;
}

/** What each finding means and what its owner can do: the table in docs/findings.md, and what `scan` prints. */
export const EXPLANATIONS: Readonly<Record<keyof typeof FINDINGS | 'signature' | 'unnamed' | 'error', Explanation>> = {
  signature: {
    status: 'INFECTED',
    finding: '`<signature name>`, such as `Win.Test.EICAR_HDB-1`',
    meaning: 'A ClamAV signature matched the content, or something inside it.',
    remedy:
      'Do not use the file. If it is a false alarm, report it to ClamAV, and [exempt it](operations/definitions.md#exempt-one-content) meanwhile.',
    setting: '`airlock definitions ignore`, `airlock definitions exempt`',
  },
  unnamed: {
    status: 'INFECTED',
    finding: '`unnamed`',
    meaning: 'ClamAV reported malware without a name.',
    remedy: 'Do not use the file. The log of the scanner has the answer.',
    setting: '',
  },
  xml: {
    status: 'REJECTED',
    finding: FINDINGS.xml('<rule>'),
    meaning:
      'A browser could run the XML (`xhtml`, `svg`, `xslt`, `stylesheet`, `internal-subset` of a DTD), or it cannot be checked (`malformed`, `encoding`, `too-large`).',
    remedy: 'Remove that part, save the file as UTF-8, or upload it in a zip.',
    setting: '`xmlStylesheets: inert` for `stylesheet`',
  },
  type: {
    status: 'REJECTED',
    finding: FINDINGS.type('<media type>'),
    meaning: 'The content is of a type that `allowedTypes` does not name, or one that is never in a group.',
    remedy: 'Upload another format.',
    setting: '`allowedTypes`',
  },
  extensionMismatch: {
    status: 'REJECTED',
    finding: FINDINGS.extensionMismatch('<extension>', '<media type>'),
    meaning:
      'The extension of the key, or of a file name in Content-Disposition, names another type than the content has.',
    remedy: 'Upload the file under the extension of its type.',
    setting: '',
  },
  invalidContentType: {
    status: 'REJECTED',
    finding: FINDINGS.invalidContentType,
    meaning: 'The stored Content-Type is not one media type, so browsers may read it in different ways.',
    remedy: 'Upload the file again with a Content-Type such as `application/pdf`, or with none.',
    setting: '',
  },
  contentType: {
    status: 'REJECTED',
    finding: FINDINGS.contentType('<stored>', '<media type>'),
    meaning: 'The stored Content-Type says something else than the content is, and browsers go by the stored one.',
    remedy: 'Upload the file again with the Content-Type of its content, or with `application/octet-stream`.',
    setting: '`inertTypes: relaxed`, unless browsers run files of the stored type',
  },
  contentEncoding: {
    status: 'REJECTED',
    finding: FINDINGS.contentEncoding('<coding>'),
    meaning:
      'Browsers decode the content before they show it, and this coding cannot be checked: any but `gzip`, or a gzip that is broken or too large.',
    remedy: 'Upload the file without Content-Encoding, or with `gzip`.',
    setting: '',
  },
  websiteRedirect: {
    status: 'REJECTED',
    finding: FINDINGS.websiteRedirect,
    meaning: 'The object sends visitors of a website to another place.',
    remedy: 'Upload it without `x-amz-website-redirect-location`.',
    setting: '',
  },
  activeContent: {
    status: 'REJECTED',
    finding: FINDINGS.activeContent('<name>'),
    meaning:
      'The file, or one inside it, runs or fetches something when it is opened, such as `pdf-javascript` or `office-dde`.',
    remedy: 'Save the document without scripts, links to other places and embedded files.',
    setting: '`activeContent: allow`',
  },
  tooLarge: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.tooLarge,
    meaning: 'The object is larger than `maxObjectBytes`. It was not read.',
    remedy: 'Split the file.',
    setting: '`maxObjectBytes`; ClamAV scans up to 2 GiB',
  },
  keyCharacters: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.keyCharacters,
    meaning: 'Its key has U+FFFE or U+FFFF, which SQS takes in no message: its scan cannot wait for an engine.',
    remedy:
      'Upload it under another key, or scan it with `airlock rescan s3://BUCKET/PREFIX --strategy all`, which uses no queue.',
    setting: '`workflow: EXPRESS`, as long as there are engines',
  },
  encrypted: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.encrypted,
    meaning: 'The file, or a file inside it, is under a password.',
    remedy: 'Upload it without the password.',
    setting: '',
  },
  limitExceeded: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.limitExceeded('<limit>'),
    meaning:
      'A limit was reached before everything was scanned: `size`, `files` or `depth` of the contents, `time`, `memory`.',
    remedy: 'Upload the contents as separate files.',
    setting: '`engine.scanSeconds`, `engine.scanSecondsPerMb` for `time`; `engine.memoryMb` for `memory`',
  },
  ambiguousArchive: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.ambiguousArchive('<rule>'),
    meaning: 'Programs may disagree about the content: damaged, glued together, or hidden in another file.',
    remedy: 'Pack the files again with an ordinary program.',
    setting: '',
  },
  unsupportedFormat: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.unsupportedFormat('<format>'),
    meaning: 'The file, or a file inside it, is a container that nothing here can open.',
    remedy: 'Pack the files as zip, tar.gz or 7z.',
    setting: '`archives.rar: open` for `rar`',
  },
  unreadable: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.unreadable,
    meaning: 'S3 refuses to return the content.',
    remedy: 'The log of the function says why. Upload the file again, or start a rescan once the reason is gone.',
    setting: '',
  },
  archived: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.archived,
    meaning: 'The object is in a storage class that must be restored before it can be read.',
    remedy: 'Restore it, then start a rescan.',
    setting: '',
  },
  customerKey: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.customerKey,
    meaning: 'The object is encrypted with a key that the uploader keeps (SSE-C).',
    remedy: 'Upload it with SSE-S3 or SSE-KMS.',
    setting: '',
  },
  noKeyAccess: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.noKeyAccess,
    meaning: 'The pipeline may not decrypt with the KMS key of the object.',
    remedy: 'Allow the key in the key policy, then start a rescan.',
    setting: '`kmsKeyArns`',
  },
  exempt: {
    status: 'CLEAN',
    finding: FINDINGS.exempt('<exemption>', '<finding>'),
    meaning:
      'A scan found this in the content, and an operator has exempted exactly this content; `<exemption>` is the beginning of its SHA-256.',
    remedy: 'See who exempted it and why: `airlock definitions status`.',
    setting: '',
  },
  error: {
    status: 'ERROR',
    finding: '`<error name>`, such as `EngineUnavailable`',
    meaning: 'The pipeline gave up after its retries. The execution has failed and shows the cause.',
    remedy: 'Fix the cause, then start the execution again: see [redrive](operations/redrive.md).',
    setting: '',
  },
};

/** What the finding of a verdict means; null for CLEAN without an exemption. */
export function explanationOf(status: ScanStatus, finding: string | null): Explanation | null {
  if (status === 'CLEAN') return finding === null ? null : EXPLANATIONS.exempt;
  if (status === 'INFECTED') return finding === 'unnamed' ? EXPLANATIONS.unnamed : EXPLANATIONS.signature;
  if (status === 'ERROR') return EXPLANATIONS.error;
  // What stands before the part that differs; `xml` comes before `type`, and `invalidContentType` before `contentType`.
  const rows = Object.values(EXPLANATIONS).filter((row) => row.status === status);
  // A finding that was read from a tag lacks the characters that a tag cannot have.
  const asTag = sanitizeTagValue(finding ?? '');
  return rows.find((row) => asTag.startsWith(sanitizeTagValue(row.finding.split('<', 1)[0] ?? ''))) ?? null;
}
