import type { Airlock, Upload } from '../support/airlock.ts';
import type { Chance } from '../support/chance.ts';
import type { S3Request } from '../support/s3-faults.ts';
import { BUCKETS } from './buckets.ts';
import { FOLDERS, folderOf, SLEEPERS_FOLDER, SOAK_CONTENTS } from './contents.ts';
import type { Ledger } from './ledger.ts';
import { OWNERS } from './owners.ts';

/** Share of sleepers in their folder. */
const ASLEEP = 0.5;

export interface UploadsProps {
  readonly airlock: Airlock;
  readonly chance: Chance;
  readonly ledger: Ledger;
  /** Of those that replace nothing. */
  readonly count: number;
  /** Called when the execution of an upload has started. */
  readonly onStart: (upload: Upload) => void;
}

/** What owners do to their objects. */
export class Uploads {
  readonly #props: UploadsProps;
  #replaced = 0;

  constructor(props: UploadsProps) {
    this.#props = props;
  }

  /** One upload to its end, and now and then what its owner does to it meanwhile or afterwards. */
  async one(n: number, replacing?: string): Promise<void> {
    const { chance, count, onStart } = this.#props;
    const upload = await this.#begin(n, replacing);
    onStart(upload);
    const { bucket, key, versionId, execution } = upload;
    const meanwhile = chance.of('meanwhile', n);
    if (meanwhile < 0.04) await this.remove({ bucket, key, versionId: meanwhile < 0.02 ? versionId : undefined });
    else if (meanwhile < 0.12 && replacing === undefined) await this.one(n + count, key);
    await execution.result;
    if (meanwhile > 0.95 && replacing === undefined) await this.one(n + 2 * count, key);
  }

  /** Returns once there is other content. */
  async replace({ key }: Pick<S3Request, 'key'>): Promise<void> {
    const { count, ledger } = this.#props;
    this.#replaced += 1;
    ledger.count('replaced at the last moment');
    await this.#begin(3 * count + this.#replaced, key);
  }

  remove({ bucket, key, versionId }: Pick<S3Request, 'bucket' | 'key' | 'versionId'>): Promise<void> {
    const { airlock, ledger } = this.#props;
    const address = { bucket, key, versionId };
    return ledger.deleteAsOwner(address, () => airlock.delete(address));
  }

  /** Numbers of their own keep every content apart from every other. */
  async #begin(n: number, replacing?: string): Promise<Upload> {
    const { airlock, chance, ledger } = this.#props;
    const folder = replacing ? folderOf(replacing) : FOLDERS[n % FOLDERS.length];
    const extension = replacing?.split('.').at(-1);
    const sleeper = folder === SLEEPERS_FOLDER && extension !== 'pdf' && chance.of('asleep', n) < ASLEEP;
    const fitting = SOAK_CONTENTS.filter((kind) => {
      return (kind.sleeper ?? false) === sleeper && (extension ?? kind.extension) === kind.extension;
    });
    const kind = chance.pick(fitting, 'content', n);
    const key = replacing ?? `${folder}ü+${n}.${kind.extension}`;
    const { name: bucket } = chance.pick(BUCKETS, 'bucket', key);
    const content = await kind.content(n);
    ledger.expect(bucket, key, content, kind);
    return airlock.begin(key, content, { bucket, ...OWNERS.put });
  }
}
