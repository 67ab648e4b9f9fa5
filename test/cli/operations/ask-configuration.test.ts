import { describe, expect, it } from '@jest/globals';
import { askConfiguration } from '../../../cli/operations/ask-configuration.ts';
import { QUESTIONS, type Section, suggested } from '../../../cli/operations/init-questions.ts';
import { parseConfig } from '../../../infra/config/schema.ts';

/** Answers in order; then only Enter. */
async function answer(section: Section, ...answers: string[]) {
  const asked: string[] = [];
  const said: string[] = [];
  const after = await askConfiguration(section, {
    ask: async (question) => {
      asked.push(question);
      return answers.shift() ?? '';
    },
    say: (line) => said.push(line),
  });
  return { after, asked, said };
}

describe('askConfiguration', () => {
  it('asks five questions, and Enter to all of them means the suggestions', async () => {
    const { after, asked } = await answer(suggested());
    expect(asked.map((question) => question.slice(0, 3))).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    expect(after).toEqual(suggested());
    expect({ ...parseConfig(after), buckets: [] }).toEqual({ ...parseConfig({}), buckets: [] });
  });

  it('takes answers as people type them', async () => {
    const typed = ['uploads-example', 'Yes', 'images,application/pdf  video', 'Delete', 'me@example.com', 'express'];
    expect((await answer(suggested(), ...typed)).after).toEqual({
      buckets: [{ name: 'uploads-example', existing: true }],
      allowedTypes: ['images', 'application/pdf', 'video'],
      onInfected: 'delete',
      alarmEmail: 'me@example.com',
      workflow: 'EXPRESS',
    });
  });

  it('says what is wrong with an answer in the words of synth, and asks again', async () => {
    const { after, asked, said } = await answer(
      suggested(),
      'Uploads!',
      'no',
      'uploads-example',
      'maybe',
      'n',
      'imges',
      'images',
    );
    expect(said).toEqual([
      'airlock.buckets[0].name: "Uploads!" is not a bucket name',
      expect.stringMatching(/^airlock\.allowedTypes\[0\]: "imges" .* did you mean images\?$/),
    ]);
    expect(asked).toHaveLength(10);
    expect(after).toMatchObject({ buckets: [{ name: 'uploads-example' }], allowedTypes: ['images'] });
  });

  it("keeps the bucket's other settings, but no versioning for an existing one", async () => {
    const section = { ...suggested(), buckets: [{ name: 'old', versioned: false, prefixes: ['in/'] }] };
    const renamed = await answer(section, 'new-name', 'no');
    expect(renamed.after.buckets).toEqual([{ name: 'new-name', versioned: false, prefixes: ['in/'] }]);
    const existing = await answer(section, 'new-name', 'yes');
    expect(existing.after.buckets).toEqual([{ name: 'new-name', existing: true, prefixes: ['in/'] }]);
    expect((await answer(section, 'old')).after).toEqual(section);
  });

  it('does not ask about several buckets, and names them', async () => {
    const section = { ...suggested(), buckets: [{ name: 'one-example' }, {}] };
    const { after, asked, said } = await answer(section);
    expect([asked.length, after]).toEqual([QUESTIONS.length, section]);
    expect(said).toEqual(['buckets: one-example, one without a name (to change them, edit cdk.json)']);
  });
});
