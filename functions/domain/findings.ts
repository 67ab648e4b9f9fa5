import type { ScanStatus } from './verdict.ts';

/** Reasons that stand in `finding` where no signature does. */
export const FINDINGS = {
  tooLarge: 'too-large',
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
} as const;

interface Explanation {
  readonly status: ScanStatus;
  /** As a reader of the documentation sees it. */
  readonly finding: string;
  readonly meaning: string;
  /** What the uploader or the operator can do. */
  readonly remedy: string;
}

/** What each finding means and what its owner can do: the table in docs/findings.md. */
export const EXPLANATIONS: Readonly<Record<keyof typeof FINDINGS | 'signature' | 'unnamed' | 'error', Explanation>> = {
  signature: {
    status: 'INFECTED',
    finding: '`<signature name>`, such as `Win.Test.EICAR_HDB-1`',
    meaning: 'A ClamAV signature matched the content, or something inside it.',
    remedy: 'Do not use the file. A false alarm: report it to ClamAV, or add the name to an `own/*.ign2` file.',
  },
  unnamed: {
    status: 'INFECTED',
    finding: '`unnamed`',
    meaning: 'ClamAV reported malware without a name.',
    remedy: 'As above; the log of the scanner has the answer.',
  },
  type: {
    status: 'REJECTED',
    finding: FINDINGS.type('<media type>'),
    meaning: 'The content is of a type that `allowedTypes` does not name, or one that is never in a group.',
    remedy: 'Upload another format, or add the type to `allowedTypes`.',
  },
  extensionMismatch: {
    status: 'REJECTED',
    finding: FINDINGS.extensionMismatch('<extension>', '<media type>'),
    meaning: 'The extension of the key names another type than the content has.',
    remedy: 'Upload the file under the extension of its type.',
  },
  activeContent: {
    status: 'REJECTED',
    finding: FINDINGS.activeContent('<name>'),
    meaning:
      'The file, or one inside it, runs or fetches something when it is opened, such as `pdf-javascript` or `office-dde`.',
    remedy:
      'Save the document without scripts, links to other places and embedded files, or set `activeContent` to `allow`.',
  },
  tooLarge: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.tooLarge,
    meaning: 'The object is larger than `maxObjectBytes`. It was not read.',
    remedy: 'Split the file, or raise `maxObjectBytes`; ClamAV scans up to 2 GiB.',
  },
  encrypted: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.encrypted,
    meaning: 'The file, or a file inside it, is under a password.',
    remedy: 'Upload it without the password.',
  },
  limitExceeded: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.limitExceeded('<limit>'),
    meaning:
      'A limit was reached before everything was scanned: `size`, `files` or `depth` of the contents, `time`, `memory`.',
    remedy: 'Upload the contents as separate files.',
  },
  ambiguousArchive: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.ambiguousArchive('<rule>'),
    meaning: 'Programs may disagree about the content: damaged, glued together, or hidden in another file.',
    remedy: 'Pack the files again with an ordinary program.',
  },
  unsupportedFormat: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.unsupportedFormat('<format>'),
    meaning: 'The file, or a file inside it, is a container that nothing here can open.',
    remedy: 'Pack the files as zip, tar.gz or 7z.',
  },
  unreadable: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.unreadable,
    meaning: 'S3 refuses to return the content.',
    remedy: 'The log of the function says why. Upload the file again, or start a rescan once the reason is gone.',
  },
  archived: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.archived,
    meaning: 'The object is in a storage class that must be restored before it can be read.',
    remedy: 'Restore it, then start a rescan.',
  },
  customerKey: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.customerKey,
    meaning: 'The object is encrypted with a key that the uploader keeps (SSE-C).',
    remedy: 'Upload it with SSE-S3 or SSE-KMS.',
  },
  noKeyAccess: {
    status: 'UNSCANNABLE',
    finding: FINDINGS.noKeyAccess,
    meaning: 'The pipeline may not decrypt with the KMS key of the object.',
    remedy: 'Add the key to `kmsKeyArns` and allow it in the key policy, then start a rescan.',
  },
  error: {
    status: 'ERROR',
    finding: '`<error name>`, such as `EngineUnavailable`',
    meaning: 'The pipeline gave up after its retries. The execution has failed and shows the cause.',
    remedy: 'Fix the cause, then start the execution again: see [redrive](operations/redrive.md).',
  },
};
