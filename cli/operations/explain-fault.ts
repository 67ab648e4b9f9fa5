import { oneLine } from '../../functions/domain/one-line.ts';

interface Fault extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

interface Explanation {
  /** Of the name, or of the whole `name: message`. */
  readonly matches: RegExp;
  readonly says: (fault: Fault) => string;
}

const LOGIN = 'run `aws configure` or `aws sso login`, set AWS_PROFILE, or name a profile with --profile';

/** What AWS and its SDK report about how the command was called, and what to do. The first that matches. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    matches: /Region is missing/,
    says: () => 'no region is set: give --region, set AWS_REGION, or set `region` in the profile (`aws configure`)',
  },
  {
    matches: /^(TokenProviderError|CredentialsProviderError): .*(expired|sso login|refresh)/i,
    says: ({ message }) => `the login has expired: ${sentence(message)}. Run \`aws sso login\``,
  },
  {
    matches: /^CredentialsProviderError: /,
    says: () =>
      process.env.AWS_PROFILE === undefined
        ? `there are no AWS credentials: ${LOGIN}. For \`npm run local\`: --local`
        : `there is no profile ${process.env.AWS_PROFILE} with credentials in ~/.aws: \`aws configure list-profiles\` prints those there are`,
  },
  {
    matches: /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired|RequestExpired): /,
    says: ({ message }) => `the credentials have expired (${sentence(message)}): log in again, as by \`aws sso login\``,
  },
  {
    matches:
      /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure|NotAuthorized|MissingAuthenticationToken\w*): /,
    says: ({ name, message }) => `AWS does not accept the credentials (${name}: ${sentence(message)}): ${LOGIN}`,
  },
  {
    matches: /ECONNREFUSED|ECONNRESET/,
    says: (fault) =>
      `nothing answers at ${placeOf(fault)}: if it is \`npm run local\`, start it again, and use --local or \`airlock local env\``,
  },
  {
    matches: /ENOTFOUND|EAI_AGAIN/,
    says: ({ hostname = 'AWS' }) =>
      `${hostname} is not found: check the region, AWS_REGION or --region, and the network`,
  },
  {
    matches: /^(Throttling\w*|TooManyRequestsException|SlowDown|RequestLimitExceeded|\w*RateExceeded\w*): /,
    says: ({ name, message }) => `AWS throttles these calls (${name}: ${sentence(message)}): try again later`,
  },
];

/** One line about why a command failed: what to do where that is known, else the error's name and message. */
export function explained(fault: unknown): string {
  if (!(fault instanceof Error)) return oneLine(String(fault));
  const inner = causeOf(fault);
  const text = `${inner.name}: ${inner.code ?? ''} ${inner.message}`;
  const known = EXPLANATIONS.find(({ matches }) => matches.test(text.replace(':  ', ': ')));
  const told = known?.says(inner) ?? String(fault).replace(/^Error: /, '');
  return oneLine(told.replace(/\s*\n\s*/g, ' '));
}

/** Node wraps the failures of several addresses into one error without a message. */
function causeOf(fault: Error): Fault {
  return fault instanceof AggregateError && fault.errors[0] instanceof Error ? fault.errors[0] : (fault as Fault);
}

const placeOf = ({ address, port }: Fault) => (address === undefined ? 'the endpoint' : `http://${address}:${port}`);

const sentence = (message: string) => message.trim().replace(/\.$/, '');
