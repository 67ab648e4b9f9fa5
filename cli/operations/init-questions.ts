import { DEFAULT_GROUPS, GROUPS } from '../../functions/domain/file-type/types/media-types.ts';

/** The `airlock` object as it stands in cdk.json: not completed by defaults. */
export type Section = Readonly<Record<string, unknown>>;

/** One key of the configuration, asked for in plain words. */
export interface Question {
  readonly key: string;
  readonly text: string;
  /** Written above the key in a new section. */
  readonly comment: string;
  /** What no answer means, when the section has no value yet. */
  readonly suggestion: unknown;
  /** The value that an answer means. */
  readonly read: (answer: string) => unknown;
}

const lines = (question: string, options: readonly string[]) => [question, ...options].join('\n    ');

/** Asked after the bucket, in this order. */
export const QUESTIONS: readonly Question[] = [
  {
    key: 'allowedTypes',
    text: lines('Which files may be uploaded? Name as many as you like; anything else is rejected.', [
      `groups: ${Object.keys(GROUPS).join(', ')}`,
      'media types, like application/pdf; or * for every file',
    ]),
    comment: `What may be uploaded: ${Object.keys(GROUPS).join(', ')}, media types, or *. Anything else is REJECTED.`,
    suggestion: [...DEFAULT_GROUPS],
    read: (answer) => answer.split(/[\s,;]+/).filter(Boolean),
  },
  {
    key: 'onInfected',
    text: lines('What happens to malware?', [
      'tag: it stays where it is, and nobody can read it',
      'quarantine: it is moved to a bucket of its own',
      'delete: it is deleted',
    ]),
    comment: 'What happens to malware: tag (it stays, unreadable), quarantine, delete.',
    suggestion: 'tag',
    read: (answer) => answer.toLowerCase(),
  },
  {
    key: 'alarmEmail',
    text: 'Which e-mail address gets the alarms? AWS asks it to confirm.',
    comment: 'Who gets the alarms.',
    suggestion: undefined,
    read: (answer) => answer,
  },
  {
    key: 'workflow',
    text: lines('Which kind of Step Functions executions?', [
      'STANDARD: each upload can be followed in the console',
      'EXPRESS: costs less for many uploads; at most five minutes and 512 MiB each',
    ]),
    comment: 'STANDARD: each upload can be followed in the console. EXPRESS: costs less for many uploads.',
    suggestion: 'STANDARD',
    read: (answer) => answer.toUpperCase(),
  },
];

export const BUCKETS = {
  key: 'buckets',
  name: 'Which bucket do uploads go to? The name of a new or an existing one.',
  none: 'a new one, whose name the stack chooses',
  existing: (name: string) => `Does ${name} exist already, in the account and Region of the stack? yes or no.`,
  comment: 'What is watched. A bucket without "existing": true is made by the stack.',
  suggestion: [{}],
} as const;

const ABOUT = 'Every key: docs/configuration.md. Keys that begin with // are comments.';

/** The section of somebody who only pressed Enter. */
export const suggested = (): Section =>
  Object.fromEntries(
    [BUCKETS, ...QUESTIONS].flatMap(({ key, suggestion }) => (suggestion === undefined ? [] : [[key, suggestion]])),
  );

/** A comment above each key that a question has set; comments that are there stay. */
export function commented(section: Section): Section {
  const comments = new Map([BUCKETS, ...QUESTIONS].map(({ key, comment }) => [key, comment]));
  const entries = Object.entries(section).flatMap(([key, value]) => {
    const comment = comments.get(key);
    return comment === undefined
      ? [[key, value]]
      : [
          [`// ${key}`, comment],
          [key, value],
        ];
  });
  return Object.fromEntries([['//', ABOUT], ...entries]);
}

/** The list of buckets with this one in place of the only one there was; its other settings stay. */
export function bucketsWith(section: Section, name: string, existing: boolean): unknown[] {
  const [before] = section.buckets as [Section];
  const { name: _, existing: __, versioned, ...rest } = before;
  // An existing bucket keeps its own versioning.
  return [existing ? { name, existing, ...rest } : { name, ...(versioned !== undefined && { versioned }), ...rest }];
}
