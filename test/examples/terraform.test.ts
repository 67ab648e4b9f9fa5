import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readTemplate } from '../../emulator/cloudformation/template.ts';
import { bucketPolicy } from '../../functions/domain/gate/bucket-policy.ts';
import { synthesis } from '../../local/stack/synthesis.ts';

// Its types would make those of browsers known to every file.
const { parse } = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  parse(file: string, text: string): Promise<unknown>;
};

/*
 * Terraform itself is in no registry that this project uses, so nothing is planned or applied here: the files are
 * parsed, and every name that they use is looked up.
 */
type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

describe.each(['examples/terraform/main.tf', 'examples/terraform/existing-bucket/main.tf'])('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  let blocks: Blocks;
  beforeAll(async () => {
    blocks = (await parse(file, text)) as Blocks;
  });

  /** What expressions can refer to, as they do. */
  const declared = () => [
    ...Object.keys(blocks.variable ?? {}).map((name) => `var.${name}`),
    ...((blocks.locals ?? []) as unknown as object[]).flatMap(Object.keys).map((name) => `local.${name}`),
    ...(['resource', 'data'] as const).flatMap((kind) =>
      Object.entries(blocks[kind] ?? {}).flatMap(([type, named]) =>
        Object.keys(named).map((name) => `${kind === 'data' ? 'data.' : ''}${type}.${name}`),
      ),
    ),
  ];

  it('refers to nothing that is not declared', () => {
    const expressions = [...JSON.stringify(blocks).matchAll(/\$\{((?:[^{}]|\{[^}]*\})*)\}/g)].map(
      ([, inner = '']) => inner,
    );
    const named = expressions.flatMap(
      (inner) => inner.match(/\b(?:data\.)?(?:var|local|aws_\w+)\.\w+(?=\b)(?:\.\w+)?/g) ?? [],
    );
    const resolved = named.map((reference) => {
      const parts = reference.split('.');
      return parts.slice(0, parts[0] === 'data' ? 3 : 2).join('.');
    });
    // `data.a.b` needs one part more than the pattern takes.
    const missing = resolved.filter(
      (name) => !declared().some((known) => known === name || known.startsWith(`${name}.`)),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(missing).toEqual([]);
  });

  it('asks only for outputs that the stack has', async () => {
    const outputs = readTemplate((await synthesis({})).template).outputs.map(({ key }) => key);
    const named = [...text.matchAll(/outputs\["(\w+)"\]/g)].map(([, name]) => name);
    expect(outputs).toEqual(expect.arrayContaining(named));
  });
});

it('the policy of an existing bucket keeps every statement of the gate: none has its own Sid', async () => {
  const file = 'examples/terraform/existing-bucket/main.tf';
  const { data } = (await parse(file, readFileSync(file, 'utf8'))) as {
    data: {
      aws_iam_policy_document: { existing: { source_policy_documents: string[]; statement: { sid: string }[] }[] };
    };
  };
  const [document] = data.aws_iam_policy_document.existing;
  // Later statements replace earlier ones of the same Sid.
  const gate = bucketPolicy({
    bucketName: 'b',
    bucketArn: 'arn:aws:s3:::b',
    readerRoleArns: ['r'],
    taggerRoleArns: ['t'],
    dialect: { statusTag: { key: 'scan-status', clean: 'CLEAN' }, tagKeys: new Set(['scan-status']) },
    annotations: true,
  });
  expect(document?.source_policy_documents).toHaveLength(1);
  expect(gate.Statement.map(({ Sid }) => Sid)).not.toContain(document?.statement[0]?.sid);
});
