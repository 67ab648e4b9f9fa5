import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { nearest } from './stack-name.ts';

/** Who may be asked for. */
export const PEOPLE = ['uploader', 'reader', 'operator'] as const;
export type Person = (typeof PEOPLE)[number];

const Credentials = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });

/** What `npm run local` writes: local/profile.ts. */
const LocalProfile = z.object({
  pid: z.int().positive(),
  stack: z.string(),
  region: z.string(),
  /** By what follows `AWS_ENDPOINT_URL_` in the variable of the SDKs. */
  endpoints: z.record(z.string(), z.url()),
  /** File: what to trust for https. */
  certificateAuthority: z.string(),
  snsHost: z.string(),
  /** The investigator is a role, whom the console asks for what is in quarantine. */
  people: z.record(z.enum([...PEOPLE, 'investigator']), Credentials),
});
export type LocalProfile = z.infer<typeof LocalProfile>;

const START = 'start it with `npm run local`';

/**
 * The profile of the pipeline that runs on this machine: the file that AIRLOCK_LOCAL_PROFILE names, else
 * `.airlock/local.json` of this folder or above it, else of the checkout that this command is in.
 * @throws Error when there is none, or its process no longer runs
 */
export function readLocalProfile(environment = process.env, folder = process.cwd()): LocalProfile {
  const file = environment.AIRLOCK_LOCAL_PROFILE ?? nearest(FILE, folder) ?? nearest(FILE, import.meta.dirname);
  if (file === undefined || !existsSync(file)) throw new Error(`no pipeline runs on this machine: ${START}`);
  const { success, data } = LocalProfile.safeParse(contentOf(file));
  if (!success) throw new Error(`${file} was not written by this version's \`npm run local\`: ${START}`);
  if (!isRunning(data.pid)) throw new Error(`\`npm run local\` no longer runs (process ${data.pid}): ${START}`);
  return data;
}

/** The variables that make an SDK, the AWS CLI or any other tool talk to that pipeline as that person. */
export function localEnvironment(
  { endpoints, people, region, certificateAuthority, snsHost }: LocalProfile,
  person: Person,
): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = people[person];
  return {
    ...Object.fromEntries(Object.entries(endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service}`, url])),
    AWS_REGION: region,
    // The only one that version 1 of the AWS CLI supports.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AIRLOCK_CERTIFICATE_AUTHORITY: certificateAuthority,
    AIRLOCK_SNS_HOST: snsHost,
  };
}

const FILE = '.airlock/local.json';

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    // Another user's process runs too.
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}
