import { expect, it } from '@jest/globals';
import { withoutComments } from '../../../infra/config/comments.ts';
import { parseConfig } from '../../../infra/config/schema.ts';

it('drops keys for people and editors at any depth, and nothing else', () => {
  const written = {
    $schema: './schema/airlock.schema.json',
    '//': 'a comment',
    '// engine': 'for large files',
    '//notify': { sns: [] },
    buckets: [{ '//': 'uploads', name: 'example', prefixes: ['//'] }],
    kept: null,
  };
  expect(withoutComments(written)).toEqual({ buckets: [{ name: 'example', prefixes: ['//'] }], kept: null });
});

it('leaves a key that is merely misspelled an error', () => {
  expect(parseConfig({ '// onInfected': 'tag or delete', onInfected: 'delete' }).onInfected).toBe('delete');
  expect(() => parseConfig({ '/ onInfected': 'delete' })).toThrow('airlock./ onInfected: unknown key ("delete")');
});
