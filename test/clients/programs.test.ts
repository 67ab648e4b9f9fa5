import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientLines } from '../../local/output/client-lines.ts';
import { BUCKET, LARGE, md5, SMALL, Workbench } from './workbench.ts';

let bench: Workbench;
let aws: string;
let rclone: string;
let s3cmd: string;
let remote: string;

beforeAll(async () => {
  bench = await Workbench.open();
  const { host } = new URL(bench.endpoint);
  aws = `aws --endpoint-url ${bench.endpoint}`;
  rclone = 'rclone --s3-no-head --s3-no-check-bucket --retries 1 --low-level-retries 1';
  remote = `:s3,provider=Other,env_auth,endpoint='${bench.endpoint}':${BUCKET}`;
  s3cmd = `s3cmd --no-ssl --host=${host} --host-bucket=${host}`;
});
afterAll(() => bench.close());

const fileOf = (name: string) => readFileSync(join(bench.folder, name), 'utf8');

describe('the lines that npm run local prints', () => {
  it.each([0, 1, 2])('line %i uploads a file', async (index) => {
    const line = clientLines(bench.endpoint, BUCKET)[index] ?? '';
    await bench.ok(`cp small.txt printed-${index}.txt; ${line.replace('FILE', `printed-${index}.txt`)}`);
    await bench.scanned();
    expect(
      await bench.airlock.tags({ bucket: BUCKET, key: `printed-${index}.txt`, versionId: undefined }),
    ).toMatchObject({
      'scan-status': 'CLEAN',
    });
  });
});

describe('the AWS CLI', () => {
  it('uploads in one piece and in parts, and reads when the verdict is there', async () => {
    await bench.beforeVerdict(async () => {
      await bench.ok(`${aws} s3 cp small.txt s3://${BUCKET}/cli/small.txt`);
      await bench.ok(`${aws} s3 cp large.txt s3://${BUCKET}/cli/large.txt`);
      const early = await bench.run(`${aws} s3api get-object --bucket ${BUCKET} --key cli/small.txt early`, 'reader');
      expect([early.code, early.stderr]).toEqual([254, expect.stringContaining('AccessDenied')]);
    });
    expect(await bench.ok(`${aws} s3 cp s3://${BUCKET}/cli/small.txt -`, 'reader')).toBe(SMALL);
    await bench.ok(`${aws} s3 cp s3://${BUCKET}/cli/large.txt got.txt`, 'reader');
    expect(md5(fileOf('got.txt'))).toBe(md5(LARGE));
    const part = await bench.ok(
      `${aws} s3api get-object --bucket ${BUCKET} --key cli/small.txt --range bytes=4-5 part`,
    );
    expect([JSON.parse(part).ContentRange, fileOf('part')]).toEqual([`bytes 4-5/${SMALL.length}`, 'is']);
  });

  it('lists, synchronizes, copies, moves, tags and deletes', async () => {
    await bench.ok(`${aws} s3 sync tree s3://${BUCKET}/tree`);
    expect(await bench.ok(`${aws} s3 sync tree s3://${BUCKET}/tree`)).toBe('');
    await bench.scanned();
    expect(await bench.ok(`${aws} s3 ls --recursive s3://${BUCKET}/tree/`)).toMatch(
      /tree\/a\.txt\n.*tree\/sub\/b\.txt\n$/,
    );
    await bench.ok(`${aws} s3 cp s3://${BUCKET}/tree/a.txt s3://${BUCKET}/tree/c.txt`);
    await bench.scanned();
    await bench.ok(`${aws} s3 mv s3://${BUCKET}/tree/c.txt s3://${BUCKET}/tree/d.txt`);
    const listed = JSON.parse(await bench.ok(`${aws} s3api list-objects --bucket ${BUCKET} --prefix tree/`));
    expect(listed.Contents.map(({ Key }: { Key: string }) => Key)).toEqual([
      'tree/a.txt',
      'tree/d.txt',
      'tree/sub/b.txt',
    ]);
    await bench.scanned();
    const tags = JSON.parse(await bench.ok(`${aws} s3api get-object-tagging --bucket ${BUCKET} --key tree/a.txt`));
    expect(tags.TagSet).toContainEqual({ Key: 'scan-status', Value: 'CLEAN' });
    await bench.ok(`${aws} s3 rm --recursive s3://${BUCKET}/tree`);
    const versions = JSON.parse(await bench.ok(`${aws} s3api list-object-versions --bucket ${BUCKET} --prefix tree/a`));
    expect([versions.Versions.length, versions.DeleteMarkers.length]).toEqual([1, 1]);
  });

  it('copies in parts without the tags of the source only', async () => {
    await bench.ok(`${aws} s3 cp large.txt s3://${BUCKET}/source.txt`);
    await bench.scanned();
    const copy = `${aws} s3 cp s3://${BUCKET}/source.txt s3://${BUCKET}/copy.txt`;
    expect((await bench.run(copy)).stderr).toContain('AccessDenied');
    await bench.ok(`${copy} --copy-props metadata-directive`);
    await bench.scanned();
    expect(md5(await bench.ok(`${aws} s3 cp s3://${BUCKET}/copy.txt -`, 'reader'))).toBe(md5(LARGE));
  });

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'])('sends a trailing %s', async (algorithm) => {
    const put = `${aws} s3api put-object --bucket ${BUCKET} --key sum-${algorithm}.txt --body small.txt`;
    const done = JSON.parse(await bench.ok(`${put} --checksum-algorithm ${algorithm}`));
    await bench.scanned();
    const get = `${aws} s3api get-object-attributes --bucket ${BUCKET} --key sum-${algorithm}.txt`;
    const { Checksum } = JSON.parse(await bench.ok(`${get} --object-attributes Checksum`));
    expect(Checksum[`Checksum${algorithm}`]).toBe(done[`Checksum${algorithm}`]);
  });
});

describe('rclone', () => {
  it('copies, lists, compares, reads and deletes', async () => {
    await bench.ok(`${rclone} copy tree "${remote}/rclone"`);
    await bench.ok(
      `${rclone} --s3-upload-cutoff 5M --s3-chunk-size 5M --no-check-dest copy large.txt "${remote}/rclone-large"`,
    );
    await bench.scanned();
    const names = await bench.ok(`${rclone} lsf -R --files-only "${remote}/rclone"`);
    expect(names.trim().split('\n').sort()).toEqual(['a.txt', 'sub/b.txt']);
    expect(await bench.ok(`${rclone} cat "${remote}/rclone/a.txt"`, 'reader')).toBe(SMALL);
    await bench.ok(`${rclone} check tree "${remote}/rclone"`, 'reader');
    await bench.ok(`${rclone} copyto "${remote}/rclone-large/large.txt" large-back.txt`, 'reader');
    expect(md5(fileOf('large-back.txt'))).toBe(md5(LARGE));
    await bench.ok(`${rclone} --no-check-dest copyto "${remote}/rclone/a.txt" "${remote}/rclone/copy.txt"`);
    await bench.ok(`${rclone} deletefile "${remote}/rclone/a.txt"`);
    expect(await bench.ok(`${rclone} lsf "${remote}/rclone"`)).toBe('copy.txt\nsub/\n');
  });

  it('is refused the reading after its writing without --s3-no-head', async () => {
    const answer = await bench.beforeVerdict(() =>
      bench.run(
        `rclone --s3-no-check-bucket --retries 1 --low-level-retries 1 --no-check-dest copy small.txt "${remote}/read-after"`,
      ),
    );
    expect([answer.code, answer.stderr]).toEqual([1, expect.stringContaining('403')]);
  });
});

describe('s3cmd', () => {
  it('puts, lists, looks at, gets, copies and deletes', async () => {
    await bench.beforeVerdict(async () => {
      await bench.ok(`${s3cmd} put small.txt s3://${BUCKET}/s3cmd/small.txt`);
      await bench.ok(`${s3cmd} --multipart-chunk-size-mb=5 put large.txt s3://${BUCKET}/s3cmd/large.txt`);
      const early = await bench.run(`${s3cmd} get s3://${BUCKET}/s3cmd/small.txt s3cmd-early.txt`, 'reader');
      expect([early.code, early.stderr]).toEqual([77, expect.stringContaining('403')]);
    });
    await bench.ok(`${s3cmd} get s3://${BUCKET}/s3cmd/large.txt s3cmd-large.txt`, 'reader');
    expect(md5(fileOf('s3cmd-large.txt'))).toBe(md5(LARGE));
    expect(await bench.ok(`${s3cmd} ls s3://${BUCKET}/s3cmd/`)).toMatch(/large\.txt\n.*small\.txt\n$/);
    expect(await bench.ok(`${s3cmd} info s3://${BUCKET}/s3cmd/small.txt`)).toContain(`MD5 sum:   ${md5(SMALL)}`);
    await bench.ok(`${s3cmd} cp s3://${BUCKET}/s3cmd/small.txt s3://${BUCKET}/s3cmd/copy.txt`);
    await bench.ok(`${s3cmd} del s3://${BUCKET}/s3cmd/copy.txt`);
    expect(await bench.ok(`${s3cmd} ls s3://${BUCKET}/s3cmd/`)).not.toContain('copy');
  });
});
