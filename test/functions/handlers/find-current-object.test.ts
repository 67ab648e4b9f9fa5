import { describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { Buckets, type Versioning } from '../../../emulator/s3/buckets.ts';
import { EventObject } from '../../../functions/domain/object-reference.ts';
import { findCurrentObject } from '../../../functions/handlers/find-current-object.ts';
import { etagOf, inProcessStore } from '../../support/in-process-store.ts';

const nothing = async () => undefined;

function bucketWith(versioning: Versioning) {
  const buckets = new Buckets<string>();
  buckets.createBucket('uploads', { versioning });
  const find = (payload: unknown = { bucket: 'uploads', key: 'a' }) =>
    findCurrentObject(inProcessStore(buckets, nothing, nothing))(payload, {} as Context);
  const put = (body: string) =>
    buckets.put('uploads', 'a', { body, size: body.length, etag: etagOf(body), tags: {} }).versionId;
  return { buckets, find, put };
}

describe('findCurrentObject', () => {
  it.each(['off', 'suspended'] as const)('says what the key holds where versioning is %s', async (versioning) => {
    const { find, put } = bucketWith(versioning);
    put('old');
    put('newer');
    const current = await find();
    expect(current).toEqual({ key: 'a', size: 5, etag: etagOf('newer') });
    expect(EventObject.parse(current)).toEqual(current);
  });

  it('names the version where there is one', async () => {
    const { find, put } = bucketWith('enabled');
    put('old');
    const versionId = put('newer');
    expect(await find()).toEqual({ key: 'a', size: 5, etag: etagOf('newer'), 'version-id': versionId });
  });

  it('says ObjectGone where nothing stands', async () => {
    const { buckets, find, put } = bucketWith('enabled');
    await expect(find()).rejects.toMatchObject({ name: 'ObjectGone' });
    put('deleted');
    buckets.delete('uploads', 'a');
    await expect(find()).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it('takes only its own payload', async () => {
    await expect(bucketWith('off').find({ bucket: 'uploads', key: 'a', etag: 'e' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('etag'),
    });
  });
});
