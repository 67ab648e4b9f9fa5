/** Where freshclam downloads definitions from. */
export interface DefinitionsDownloads {
  /** URL of a private mirror; null: no official definitions, only `customUrls`. Default: ClamAV's own mirror. */
  readonly mirror?: string | null | undefined;
  /** URLs of custom definitions, which are used unchanged. */
  readonly customUrls: readonly string[];
  /** Whether `mirror` and `customUrls` may be http. */
  readonly allowInsecureMirror?: boolean | undefined;
  /** Names of files in `customUrls` that may make malware CLEAN. */
  readonly allowLists?: readonly string[] | undefined;
}

export interface RefusedDownload {
  readonly path: readonly [key: 'mirror' | 'allowLists'] | readonly [key: 'customUrls' | 'allowLists', index: number];
  readonly value: string;
  /** Continues the value to a sentence. */
  readonly message: string;
}

/**
 * Files with which clamd passes content that another signature detects: names of signatures (`ign`, `ign2`), hashes of
 * files (`fp`, `sfp`), hosts (`wdb`), certificates (`crb`), and types that are not opened (`ftm`). A container whose
 * signature clamd does not check (`cud`; it does for `cvd` and `cld`) may hold any of them.
 * @see https://docs.clamav.net/manual/Signatures/AllowLists.html
 */
const ALLOW_LISTS: ReadonlySet<string> = new Set(['ign', 'ign2', 'fp', 'sfp', 'wdb', 'crb', 'ftm', 'cud']);

/** freshclam stores a download in a file named after what follows the last slash of its URL, also of a query or fragment. */
export const downloadedName = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/**
 * Downloads that nobody vouches for: whoever is on the way can replace what comes by http, and whoever publishes an
 * allow-list decides what is CLEAN. Each is used only if the configuration says so.
 */
export function refusedDownloads(downloads: DefinitionsDownloads): RefusedDownload[] {
  const { mirror, customUrls, allowInsecureMirror = false, allowLists = [] } = downloads;
  const refused: RefusedDownload[] = [];
  if (!allowInsecureMirror) {
    if (typeof mirror === 'string' && !isHttps(mirror))
      refused.push({ path: ['mirror'], value: mirror, message: HTTP });
    for (const [index, value] of customUrls.entries()) {
      if (!isHttps(value)) refused.push({ path: ['customUrls', index], value, message: HTTP });
    }
  }
  for (const [index, value] of customUrls.entries()) {
    const name = downloadedName(value);
    if (!isAllowList(name) || allowLists.includes(name)) continue;
    const message = `can make malware CLEAN, and nobody signed it: if you trust it, name ${name} in definitions.allowLists`;
    refused.push({ path: ['customUrls', index], value, message });
  }
  const names = customUrls.map(downloadedName);
  for (const [index, value] of customUrls.entries()) {
    if (names.indexOf(downloadedName(value)) === index) continue;
    const message = `is stored as ${downloadedName(value)}, like another of definitions.customUrls: only one of them would be used`;
    refused.push({ path: ['customUrls', index], value, message });
  }
  for (const [index, value] of allowLists.entries()) {
    if (names.includes(value) && isAllowList(value)) continue;
    const message = 'is no allow-list that definitions.customUrls downloads';
    refused.push({ path: ['allowLists', index], value, message });
  }
  return refused;
}

const HTTP =
  'is not https: whoever is on the way could replace or hold back what it returns. definitions.allowInsecureMirror accepts it nevertheless';

const isHttps = (url: string) => URL.parse(url)?.protocol === 'https:';
/** Whether a file of this name can make malware CLEAN. */
export const isAllowList = (name: string) => ALLOW_LISTS.has(name.slice(name.lastIndexOf('.') + 1));
