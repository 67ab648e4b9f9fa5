// The library keeps its algorithms in a container that needs this.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { LOOPBACK } from './loopback.ts';

/** A certificate and its private key, both PEM. */
export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Made when the emulator starts and gone with it: no key of it is ever written to a file. */
export interface CertificateAuthority {
  /** PEM: what clients are to trust. */
  readonly certificate: string;
  /** For a server on the loopback. */
  issueForServer(): Promise<Identity>;
  /** For signatures in the name of a service. */
  issueForSigning(commonName: string): Promise<Identity>;
}

/** What SNS signs with. A key takes 50 ms, which every start of the emulator waits for. */
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;
/** Whoever signs certificates or serves TLS: a key takes no time. */
const ELLIPTIC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MILLISECONDS = 86_400_000;
/** Of a serial number, after one that makes it positive. */
const SERIAL_BYTES = 15;
const NAME = 'CN=s3-airlock local certificate authority';

export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const keys = await generateKeys(ELLIPTIC);
  const own = await X509CertificateGenerator.createSelfSigned({
    ...commonFields(),
    name: NAME,
    signingAlgorithm: ELLIPTIC,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  async function issue(
    subject: string,
    algorithm: Algorithm,
    extensions: readonly ExtraExtension[],
  ): Promise<Identity> {
    const subjectKeys = await generateKeys(algorithm);
    const certificate = await X509CertificateGenerator.create({
      ...commonFields(),
      subject,
      issuer: own.subject,
      signingAlgorithm: ELLIPTIC,
      publicKey: subjectKeys.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await SubjectKeyIdentifierExtension.create(subjectKeys.publicKey),
        await AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...extensions,
      ],
    });
    return { certificate: `${certificate.toString('pem')}\n`, privateKey: await pemOf(subjectKeys.privateKey) };
  }

  return {
    certificate: `${own.toString('pem')}\n`,
    issueForServer: () =>
      issue(`CN=${LOOPBACK}`, ELLIPTIC, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([
          { type: 'ip', value: LOOPBACK },
          { type: 'dns', value: 'localhost' },
        ]),
      ]),
    issueForSigning: (commonName) => issue(`CN=${commonName}`, RSA, []),
  };
}

type Algorithm = typeof RSA | typeof ELLIPTIC;
type ExtraExtension = ExtendedKeyUsageExtension | SubjectAlternativeNameExtension;

const generateKeys = (algorithm: Algorithm) =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

/** By the real time, whatever a test's clock says: TLS compares with it. */
function commonFields() {
  const now = Date.now();
  return {
    serialNumber: `01${randomBytes(SERIAL_BYTES).toString('hex')}`,
    notBefore: new Date(now - DAY_MILLISECONDS),
    notAfter: new Date(now + 365 * DAY_MILLISECONDS),
  };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const encoded = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${encoded.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}
