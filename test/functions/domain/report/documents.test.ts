import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonLine } from '../../../../functions/domain/report/cells.ts';
import { DOCUMENTS } from '../../../../functions/domain/report/documents.ts';
import type { ReportedObject } from '../../../../functions/domain/report/run-report.ts';

const head = {
  ...{ bucket: 'b', startTime: '2026-11-27T03:00:00.000Z', endTime: '2026-11-27T03:01:00.000Z', versions: false },
  ...{ counts: { INFECTED: 1 }, objects: 1, reported: 1, infected: 1 },
};
const row: ReportedObject = {
  ...{ bucket: 'b', key: 'k', status: 'INFECTED', finding: null, scanTime: null, definitions: null },
  ...{ uploaded: '2026-11-01T00:00:00.000Z', size: 1 },
};

async function documentOf(format: 'csv' | 'json', rows: readonly ReportedObject[], partOf = 2): Promise<string> {
  async function* parts(): AsyncGenerator<string> {
    yield '';
    for (let at = 0; at < rows.length; at += partOf) {
      yield rows
        .slice(at, at + partOf)
        .map((each) => `${jsonLine(each)}\n`)
        .join('');
    }
  }
  let text = '';
  for await (const piece of DOCUMENTS[format](head, parts())) text += piece;
  return text;
}

const text = fc.string({ unit: 'binary', maxLength: 20 });
const rows = fc.array(
  fc.record({ key: text, status: text, finding: fc.option(text) }).map((some) => ({ ...row, ...some })),
  { maxLength: 7 },
);

it('is JSON with every row as it is, whatever the keys are', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      const document = await documentOf('json', all);
      expect(JSON.parse(document)).toEqual({ ...head, rows: all });
      // A row a line, and one more above and below them.
      expect(document.trimEnd().split('\n')).toHaveLength(all.length + 2);
    }),
  );
});

it('is CSV in which no key is a formula and no line break ends a row', async () => {
  expect(await documentOf('csv', [])).toBe('status,verdict or upload,finding,object\n');
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      const lines = (await documentOf('csv', all)).trimEnd().split('\n');
      expect(lines).toHaveLength(all.length + 1);
      for (const line of lines) expect(line).not.toMatch(/^"?[=+\-@\t\r]/);
    }),
  );
  const formula = '=HYPERLINK("http://example.com")';
  expect(await documentOf('csv', [{ ...row, finding: formula }])).toContain(`,"'=HYPERLINK(""http://example.com"")",`);
});
