import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { eicar } from '../../local/samples/eicar.ts';
import { pdf, png } from '../../local/samples/plain-files.ts';
import { UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, CONFIG, leftovers, objectOf, VERSIONED } from '../support/airlock.ts';
import { RailsApplication } from './application.ts';
import { type Uploaded, uploadDirectly } from './direct-upload.ts';

let airlock: Airlock;
let app: RailsApplication;

beforeAll(async () => {
  const [versioned, ...others] = CONFIG.buckets;
  const cors = [{ allowedOrigins: ['http://127.0.0.1:9'] }];
  airlock = await Airlock.start({ airlock: { ...CONFIG, buckets: [{ ...versioned, cors }, ...others] } });
  app = new RailsApplication({
    UPLOADS_BUCKET: VERSIONED,
    AWS_ACCESS_KEY_ID: accessKeyIdOf(UPLOADER),
    AWS_SECRET_ACCESS_KEY: 'anything',
    AWS_ENDPOINT_URL_S3: airlock.pipeline.s3.endpoint,
  });
  await app.migrate();
  await app.start();
});
afterAll(async () => {
  await app.close();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

it('uploads', async () => {
  const { path, key } = await uploadDirectly(app, { name: 'a.pdf', type: 'application/pdf', content: pdf() });
  console.log(path, key, await app.page(path, () => true));
});
