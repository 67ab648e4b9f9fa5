import { ConfigurationError } from '../../infra/config/configuration-error.ts';
import { parseConfig } from '../../infra/config/schema.ts';
import { BUCKETS, bucketsWith, QUESTIONS, type Section } from './init-questions.ts';

export interface Asking {
  /** @throws when nobody answers */
  readonly ask: (question: string) => Promise<string>;
  readonly say: (line: string) => void;
}

/** Asks every question until its answer is valid; no answer keeps what the section has. */
export async function askConfiguration(section: Section, { ask, say }: Asking): Promise<Section> {
  const count = QUESTIONS.length + 1;
  let answered = await askBucket(section, { ask: (text) => ask(`1/${count} ${text}`), say });
  for (const [index, { key, text, read }] of QUESTIONS.entries()) {
    const question = `${index + 2}/${count} ${text}${shown(answered[key])}`;
    const before = answered;
    answered = await untilValid(say, async () => {
      const answer = await ask(`${question}\n> `);
      return answer === '' ? before : { ...before, [key]: read(answer) };
    });
  }
  return answered;
}

async function askBucket(section: Section, { ask, say }: Asking): Promise<Section> {
  const buckets = section[BUCKETS.key] as readonly Section[];
  if (buckets.length > 1) {
    say(
      `buckets: ${buckets.map(({ name }) => name ?? 'one without a name').join(', ')} (to change them, edit cdk.json)`,
    );
    return section;
  }
  return untilValid(say, async () => {
    const name = await ask(`${BUCKETS.name}${shown(buckets[0]?.name, BUCKETS.none)}\n> `);
    if (name === '' || name === buckets[0]?.name) return section;
    return { ...section, buckets: bucketsWith(section, name, await yes(BUCKETS.existing(name), { ask, say })) };
  });
}

/** Yes or no, nothing else. */
export async function yes(question: string, { ask }: Asking): Promise<boolean> {
  for (;;) {
    const answer = (await ask(`${question}\n> `)).toLowerCase();
    if (/^y(es)?$/.test(answer)) return true;
    if (/^no?$/.test(answer)) return false;
  }
}

async function untilValid(say: Asking['say'], answer: () => Promise<Section>): Promise<Section> {
  for (;;) {
    const section = await answer();
    try {
      parseConfig(section);
      return section;
    } catch (fault) {
      if (!(fault instanceof ConfigurationError)) throw fault;
      say(fault.message);
    }
  }
}

function shown(value: unknown, none = 'none'): string {
  return `\n    Only Enter: ${Array.isArray(value) ? value.join(', ') : (value ?? none)}`;
}
