import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REGION } from '../emulator/cloudformation/template.ts';
import { accessKeyIdOf } from '../emulator/iam/principals.ts';
import { INVESTIGATOR, OPERATOR, type Pipeline, READER, UPLOADER } from './stack/pipeline.ts';
import { ROOT } from './stack/synthesis.ts';

/** How to talk to a running pipeline: what `airlock --local` reads. */
export interface Profile {
  /** Process that the pipeline runs in. */
  readonly pid: number;
  readonly stack: string;
  readonly region: string;
  /** By what follows `AWS_ENDPOINT_URL_` in the variable of the SDKs. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** File with the certificate to trust for https: the environment's NODE_EXTRA_CA_CERTS or SSL_CERT_FILE. */
  readonly certificateAuthority: string;
  /** Host and port of SNS over https, in the links of its messages: what verifiers are to trust. */
  readonly snsHost: string;
  readonly people: Readonly<Record<'uploader' | 'reader' | 'operator', Credentials>> & {
    /** For `quarantine.operatorRoleArns`. */
    readonly investigator?: Credentials;
  };
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function profileOf({
  stack,
  s3,
  endpoints,
  certificateAuthority,
  snsHost,
}: Pick<Pipeline, 'stack' | 's3' | 'endpoints' | 'certificateAuthority' | 'snsHost'>): Profile {
  return {
    pid: process.pid,
    stack: stack.name,
    region: REGION,
    endpoints: {
      S3: s3.endpoint,
      SFN: endpoints.stepFunctions,
      SQS: endpoints.sqs,
      EVENTBRIDGE: endpoints.eventBridge,
      CLOUDFORMATION: endpoints.cloudFormation,
      CLOUDWATCH: endpoints.cloudWatch,
      CLOUDWATCH_LOGS: endpoints.cloudWatchLogs,
      LAMBDA: endpoints.lambda,
      STS: endpoints.sts,
      SNS: endpoints.sns,
      SERVICE_QUOTAS: endpoints.serviceQuotas,
      SECURITYHUB: endpoints.securityHub,
    },
    certificateAuthority,
    snsHost,
    people: {
      uploader: credentialsOf(UPLOADER),
      reader: credentialsOf(READER),
      operator: credentialsOf(OPERATOR),
      investigator: credentialsOf(INVESTIGATOR),
    },
  };
}

function credentialsOf(principalArn: string): Credentials {
  return { accessKeyId: accessKeyIdOf(principalArn), secretAccessKey: 'anything' };
}

/** The file that AIRLOCK_LOCAL_PROFILE names, else one in this checkout that git ignores. */
export function profileFile(environment = process.env): string {
  return environment.AIRLOCK_LOCAL_PROFILE ?? join(ROOT, '.airlock', 'local.json');
}

/**
 * Only this user may read it.
 * @returns false when the file belongs to another pipeline that runs, which keeps it
 */
export function writeProfile(profile: Profile, file = profileFile()): boolean {
  const owner = ownerOf(file);
  if (owner !== undefined && owner !== profile.pid && isRunning(owner)) return false;
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 });
  // The mode of a file that was there stays.
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, file);
  return true;
}

/** Unless another pipeline has written it since. */
export function removeProfile(file = profileFile()): void {
  if (ownerOf(file) === process.pid) rmSync(file, { force: true });
}

function ownerOf(file: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as Partial<Profile>).pid;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}
