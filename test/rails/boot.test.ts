import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RailsApplication } from './application.ts';

let app: RailsApplication;
beforeAll(async () => {
  app = new RailsApplication();
  await app.migrate();
});
afterAll(() => app.close());

it.each(['development', 'production'])('boots in %s', async (RAILS_ENV) => {
  expect(await app.runner('warn Rails.version', { RAILS_ENV })).toMatch(/^6\.1\./);
});

it('signs for AWS unless it is told an endpoint', async () => {
  const code = `blob = ActiveStorage::Blob.new(key: "k", filename: "a.txt")
    warn blob.url[/[^?]*/]`;
  const credentials = {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    UPLOADS_BUCKET: 'mine',
    AWS_REGION: 'eu-central-1',
  };
  expect(await app.runner(code, credentials)).toBe('https://mine.s3.eu-central-1.amazonaws.com/k');
  const local = { ...credentials, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4572' };
  expect(await app.runner(code, local)).toBe('http://127.0.0.1:4572/mine/k');
});

it('does not boot where the initializer does not require the gem, which Active Storage does later', async () => {
  const without = new RailsApplication();
  try {
    const initializer = join(without.folder, 'config/initializers/active_storage.rb');
    writeFileSync(initializer, readFileSync(initializer, 'utf8').replace('require "aws-sdk-s3"\n', ''));
    await expect(without.runner('warn "booted"')).rejects.toThrow('uninitialized constant Aws');
  } finally {
    await without.close();
  }
});

/** Performs the job on a blob that answers 403, and says what is in the queue then. */
const ANALYZE = `
  blob = ActiveStorage::Blob.create_before_direct_upload!(
    filename: "a.png", byte_size: 1, checksum: "x", content_type: "image/png")
  blob.define_singleton_method(:analyze) { raise Aws::S3::Errors::AccessDenied.new(nil, "Access Denied") }
  job = ActiveStorage::AnalyzeJob.new(blob)
  begin
    job.perform_now
    queue = ActiveJob::Base.queue_adapter
    warn queue.respond_to?(:enqueued_jobs) ? queue.enqueued_jobs.map { |each| each[:job] }.inspect : "gone"
  rescue StandardError, NotImplementedError => error
    warn error.class
  end`;

it('an analysis that comes too early is tried again later', async () => {
  expect(await app.runner(ANALYZE, { QUEUE_ADAPTER: 'test' })).toBe('[ActiveStorage::AnalyzeJob]');
});

it('where the queue cannot wait, it is left out instead', async () => {
  expect(await app.runner(ANALYZE, { QUEUE_ADAPTER: 'inline' })).toBe('gone');
});

it('a retry under the adapter that cannot wait would raise', async () => {
  const retried = `ActiveStorage::AnalyzeJob.retry_on(Aws::S3::Errors::AccessDenied, wait: 1)\n${ANALYZE}`;
  expect(await app.runner(retried, { QUEUE_ADAPTER: 'inline' })).toBe('NotImplementedError');
});

it('the wait of newer versions does not exist in this one', async () => {
  const retried = `ActiveStorage::AnalyzeJob.retry_on(Aws::S3::Errors::AccessDenied, wait: :polynomially_longer)\n${ANALYZE}`;
  expect(await app.runner(retried, { QUEUE_ADAPTER: 'test' })).toBe('RuntimeError');
});
