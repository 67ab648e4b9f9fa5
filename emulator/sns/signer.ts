import { createHash, createSign } from 'node:crypto';
import type { Identity } from '../http/certificate-authority.ts';

/** What SNS sends, before it is signed: the fields in the order of its JSON. */
export interface Unsigned {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly Token?: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly SubscribeURL?: string;
  readonly Timestamp: string;
}

export interface Signature {
  readonly SignatureVersion: SignatureVersion;
  readonly Signature: string;
  readonly SigningCertURL: string;
}

export type SignatureVersion = '1' | '2';

const DIGESTS: Readonly<Record<SignatureVersion, string>> = { 1: 'RSA-SHA1', 2: 'RSA-SHA256' };

/**
 * In the order of their names, which is the order of bytes; a notification has neither Token nor SubscribeURL.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;

export interface Signer {
  /** Path of the certificate: `/SimpleNotificationService-….pem` */
  readonly certificatePath: string;
  /** PEM */
  readonly certificate: string;
  sign(message: Unsigned, version: SignatureVersion): Signature;
}

/** Length of the name of a certificate, in hexadecimal digits. */
const NAME_DIGITS = 32;

/** @param endpoint of the server that has the certificate */
export function createSigner({ certificate, privateKey }: Identity, endpoint: () => string): Signer {
  const name = createHash('sha256').update(certificate).digest('hex').slice(0, NAME_DIGITS);
  const certificatePath = `/SimpleNotificationService-${name}.pem`;
  return {
    certificatePath,
    certificate,
    sign: (message, version) => ({
      SignatureVersion: version,
      Signature: createSign(DIGESTS[version]).update(textToSign(message)).sign(privateKey, 'base64'),
      SigningCertURL: endpoint() + certificatePath,
    }),
  };
}

function textToSign(message: Unsigned): string {
  return SIGNED.map((name) => (message[name] === undefined ? '' : `${name}\n${message[name]}\n`)).join('');
}
