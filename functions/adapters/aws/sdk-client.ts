import { type Environment, optionalInteger } from '../process/environment.ts';

/**
 * The SDK itself waits for ever. Its own three attempts stay: within milliseconds they spare a state machine's
 * retry, which costs a transition and seconds.
 */
const CONNECTION_MILLISECONDS = 5_000;
/** Without a byte, also in the middle of a body; `SOCKET_TIMEOUT_MILLISECONDS` in place of this and of a client's own. */
const SOCKET_MILLISECONDS = 30_000;

/**
 * Settings for an AWS SDK client. On Lambda the SDK finds everything itself; the local engine runs
 * several functions in one process, so each gets its endpoint and role from its own environment.
 */
export function clientSettings(
  env: Environment,
  service: 'S3' | 'SNS' | 'EVENTBRIDGE' | 'CLOUDWATCH',
  socketMilliseconds = SOCKET_MILLISECONDS,
) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = env;
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`];
  return {
    requestHandler: {
      connectionTimeout: CONNECTION_MILLISECONDS,
      socketTimeout: optionalInteger(env, 'SOCKET_TIMEOUT_MILLISECONDS') ?? socketMilliseconds,
    },
    ...(AWS_REGION !== undefined && { region: AWS_REGION }),
    ...(endpoint !== undefined && { endpoint }),
    ...(AWS_ACCESS_KEY_ID !== undefined &&
      AWS_SECRET_ACCESS_KEY !== undefined && {
        credentials: {
          accessKeyId: AWS_ACCESS_KEY_ID,
          secretAccessKey: AWS_SECRET_ACCESS_KEY,
          ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
        },
      }),
  };
}

/** The same for S3, whose buckets are paths, not host names, at an endpoint that is not AWS's. */
export function s3Settings(env: Environment, socketMilliseconds?: number) {
  return { ...clientSettings(env, 'S3', socketMilliseconds), forcePathStyle: env.AWS_ENDPOINT_URL_S3 !== undefined };
}
