import { createPublicKey, createSign, createVerify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type Identity,
} from '../../../emulator/http/certificate-authority.ts';

let authority: CertificateAuthority;
let other: CertificateAuthority;
let signing: Identity;
const servers: Server[] = [];

beforeAll(async () => {
  [authority, other] = await Promise.all([createCertificateAuthority(), createCertificateAuthority()]);
  signing = await authority.issueForSigning('sns.amazonaws.com');
});
afterAll(() => {
  for (const server of servers) server.close();
});

/** The error of a TLS client; undefined when it accepts the server. */
async function refusal({ certificate, privateKey }: Identity, options: ConnectionOptions): Promise<string | undefined> {
  const server = createServer({ cert: certificate, key: privateKey }, (socket) => socket.end());
  servers.push(server);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, ...options });
  try {
    await once(client, 'secureConnect');
    return undefined;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code;
  } finally {
    client.destroy();
  }
}

describe('a server on the loopback', () => {
  let server: Identity;
  beforeAll(async () => {
    server = await authority.issueForServer();
  });

  it.each([[{}], [{ servername: 'localhost' }]])('is accepted with the authority: %j', async (options) => {
    expect(await refusal(server, { ca: authority.certificate, ...options })).toBeUndefined();
  });

  it('is refused under the name of another host', async () => {
    expect(await refusal(server, { ca: authority.certificate, servername: 'sns.us-east-1.amazonaws.com' })).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  it('is refused without the authority, and with another one of the same name', async () => {
    expect(await refusal(server, {})).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/);
    expect(await refusal(server, { ca: other.certificate })).toMatch(/CERT_SIGNATURE_FAILURE|UNABLE_TO/);
  });
});

describe('a certificate for signatures', () => {
  it('verifies what its key signed, under its authority', () => {
    const signature = createSign('RSA-SHA256').update('message').sign(signing.privateKey);
    const certificate = new X509Certificate(signing.certificate);
    expect(createVerify('RSA-SHA256').update('message').verify(createPublicKey(signing.certificate), signature)).toBe(
      true,
    );
    expect(certificate.verify(createPublicKey(authority.certificate))).toBe(true);
    expect(certificate.verify(createPublicKey(other.certificate))).toBe(false);
    expect([certificate.ca, new X509Certificate(authority.certificate).ca]).toEqual([false, true]);
  });

  it('is of no use to a server', async () => {
    expect(await refusal(signing, { ca: authority.certificate })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
