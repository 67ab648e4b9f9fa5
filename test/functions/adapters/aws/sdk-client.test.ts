import { describe, expect, it } from '@jest/globals';
import { clientSettings, s3Settings } from '../../../../functions/adapters/aws/sdk-client.ts';

describe('clientSettings', () => {
  it('leaves everything to the SDK where the environment says nothing', () => {
    expect(Object.keys(clientSettings({}, 'S3'))).toEqual(['requestHandler']);
  });

  it('takes region, credentials and the service’s own endpoint', () => {
    const env = {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:2',
    };
    expect(clientSettings(env, 'S3')).toMatchObject({
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' },
    });
    expect(clientSettings(env, 'SNS').endpoint).toBe('http://127.0.0.1:2');
    expect(clientSettings(env, 'EVENTBRIDGE')).not.toHaveProperty('endpoint');
  });

  it('names no session where the environment names none', () => {
    const { credentials } = clientSettings({ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }, 'S3');
    expect(credentials).toStrictEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  });

  it('makes no credentials of half a pair', () => {
    expect(clientSettings({ AWS_ACCESS_KEY_ID: 'id' }, 'S3')).not.toHaveProperty('credentials');
    expect(clientSettings({ AWS_SECRET_ACCESS_KEY: 'secret' }, 'S3')).not.toHaveProperty('credentials');
  });

  it('waits neither for a connection nor for a silent one for ever', () => {
    expect(clientSettings({}, 'S3').requestHandler).toEqual({ connectionTimeout: 5_000, socketTimeout: 30_000 });
    const { requestHandler } = clientSettings({ SOCKET_TIMEOUT_MILLISECONDS: '1000' }, 'S3');
    expect(requestHandler).toEqual({ connectionTimeout: 5_000, socketTimeout: 1_000 });
  });
});

describe('s3Settings', () => {
  it('puts the bucket into the path where the endpoint is not AWS’s', () => {
    const own = s3Settings({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' });
    expect(own).toMatchObject({ endpoint: 'http://127.0.0.1:1', forcePathStyle: true });
    expect(s3Settings({}).forcePathStyle).toBe(false);
  });

  it('waits for a silent connection as long as its client wants, where the environment says nothing', () => {
    expect(s3Settings({}, 7_000).requestHandler).toMatchObject({ socketTimeout: 7_000 });
    const own = s3Settings({ SOCKET_TIMEOUT_MILLISECONDS: '1000' }, 7_000);
    expect(own.requestHandler).toMatchObject({ socketTimeout: 1_000 });
  });
});
