import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Environment, requiredString } from '../process/environment.ts';
import { translatedNotification } from './notification-errors.ts';
import { s3Settings } from './sdk-client.ts';

/** Which findings are not archived. May throw NotificationFailed, AccessDenied, InvalidConfiguration, InvalidInput. */
export interface OpenFindings {
  has(id: string): Promise<boolean>;
  add(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/**
 * Small objects under `findings/` in `RESULTS_BUCKET`. Security Hub itself is asked three times a second at most, S3 as often
 * as there are uploads.
 */
export function createOpenFindings(env: Environment): OpenFindings {
  const s3 = new S3Client(s3Settings(env));
  const Bucket = requiredString(env, 'RESULTS_BUCKET');
  const objectOf = (id: string) => ({ Bucket, Key: `findings/${id}` });
  const asked = <T>(call: () => Promise<T>) => translatedNotification('open findings', call);

  return {
    has: (id) =>
      asked(() =>
        s3.send(new HeadObjectCommand(objectOf(id))).then(
          () => true,
          (fault) => {
            if (fault.$metadata?.httpStatusCode === 404) return false;
            throw fault;
          },
        ),
      ),
    async add(id) {
      await asked(() => s3.send(new PutObjectCommand({ ...objectOf(id), Body: id })));
    },
    async remove(id) {
      await asked(() => s3.send(new DeleteObjectCommand(objectOf(id))));
    },
  };
}
