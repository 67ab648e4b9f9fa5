import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from '@jest/globals';
import { synthesis } from '../../local/stack/synthesis.ts';

/** What shows that a feature of docs/aws-features.md is used: text of the template, or of a file. */
const SHOWN_BY: Readonly<Record<string, { readonly file?: string; readonly text: RegExp }>> = {
  'alarm warm-up': { text: /"WarmUpConfiguration":/ },
  'S3 annotations': { text: /"s3:GetObjectAnnotation"/ },
  'Node.js 24 runtime': { text: /"Runtime":"nodejs24\.x"/ },
  'conditional deletes': { file: 'functions/adapters/aws/object-remover.ts', text: /IfMatch/ },
  's3:ObjectCreationOperation': { text: /"s3:ObjectCreationOperation":/ },
  's3:if-none-match': { text: /"s3:if-none-match":/ },
  LoggingConfig: { text: /"LoggingConfig":/ },
  RetainExceptOnCreate: { text: /"DeletionPolicy":"RetainExceptOnCreate"/ },
  'maximum concurrency': { text: /"MaximumConcurrency":/ },
  'Distributed Map': { file: 'statemachines/rescan-bucket.asl.json', text: /"Mode": "DISTRIBUTED"/ },
  'EventBridge Scheduler': { text: /"AWS::Scheduler::Schedule"/ },
};

const page = readFileSync('docs/aws-features.md', 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ['));
const nameIn = (row: string) => row.match(/^\| \[`?([^\]`]+)`?\]/)?.[1] ?? row;

let template: string;
beforeAll(async () => {
  const buckets = [{}, { name: 'was-there', existing: true }];
  template = JSON.stringify((await synthesis({ workflow: 'EXPRESS', buckets })).template);
});

it('lists these features, and each has a row', () => {
  expect(rows.map(nameIn).sort()).toEqual(Object.keys(SHOWN_BY).sort());
});

it.each(Object.entries(SHOWN_BY))('%s is used', (_, { file, text }) => {
  expect(file === undefined ? template : readFileSync(file, 'utf8')).toMatch(text);
});

it.each(rows.map((row) => [nameIn(row), row]))('%s says since when, and names its source at AWS', (_, row) => {
  expect(row).toMatch(
    /\| 20\d\d-\d\d \|.*\]\(https:\/\/(docs\.aws\.amazon\.com|aws\.amazon\.com|www\.amazonaws\.cn)\//,
  );
});
