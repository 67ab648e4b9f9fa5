import { type Environment, optionalInteger } from '../process/environment.ts';

/**
 * The SDK has no timeout by default. Its three attempts stay: they take milliseconds and save a state machine retry,
 * which costs a transition and seconds.
 */
const CONNECTION_MILLISECONDS = 5_000;
/** Time without a byte, also within a body; `SOCKET_TIMEOUT_MILLISECONDS` overrides this and a client's own value. */
const SOCKET_MILLISECONDS = 30_000;

/**
 * Settings for an AWS SDK client. On Lambda the SDK finds everything itself; locally, several functions share one
 * process, so each gets its endpoint and role from its own environment.
 */
export function clientSettings(
  env: Environment,
  service: 'S3' | 'SNS' | 'SQS' | 'SFN' | 'EVENTBRIDGE' | 'CLOUDWATCH' | 'CLOUDFORMATION' | 'SECURITYHUB',
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

/** The same for S3; at an endpoint outside AWS, bucket names are in the path, not in the host name. */
export function s3Settings(env: Environment, socketMilliseconds?: number) {
  return { ...clientSettings(env, 'S3', socketMilliseconds), forcePathStyle: env.AWS_ENDPOINT_URL_S3 !== undefined };
}
