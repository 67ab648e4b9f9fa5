import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listIn, mapIn, type QueryValue, readQuery, textIn } from '../../../emulator/http/query.ts';

const read = (form: string) => readQuery(new URLSearchParams(form));

/** Every path to a text, as a client writes it. */
function paths(value: QueryValue, path: readonly string[] = []): [string, string][] {
  if (typeof value === 'string') return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([name, inner]) => paths(inner, [...path, name]));
}

describe('parameters of the query protocol', () => {
  it('come back as they were sent, whatever their names', () => {
    const name = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9-]{1,8}$/),
      fc.constantFrom('constructor', '__proto__', 'toString', 'member', '1'),
    );
    const { tree } = fc.letrec<{ tree: QueryValue; leaf: QueryValue; node: QueryValue }>((tie) => ({
      leaf: fc.string(),
      node: fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 3 }),
      tree: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('node')),
    }));
    const structure = fc.dictionary(name, tree, { maxKeys: 4 });
    fc.assert(
      fc.property(structure, (sent) => {
        const form = paths(sent);
        const found = paths(read(new URLSearchParams(form).toString()));
        expect(new Map(found)).toEqual(new Map(form));
      }),
    );
  });

  it('can be any text without harm', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (parameters) => {
        const structure = readQuery(new URLSearchParams(parameters));
        for (const [name] of parameters) {
          textIn(structure, name);
          listIn(structure, name);
          mapIn(structure, name);
        }
        expect(Object.prototype).not.toHaveProperty('polluted');
      }),
    );
    read('__proto__.polluted=yes&constructor.prototype.polluted=yes');
    expect({}).not.toHaveProperty('polluted');
  });

  it('are lists in the order of their numbers, not of their places', () => {
    expect(listIn(read('Ids.member.10=c&Ids.member.2=b&Ids.member.1=a'), 'Ids')).toEqual(['a', 'b', 'c']);
    expect(listIn(read('Ids=a'), 'Ids')).toEqual([]);
    expect(listIn(read('Ids.entry.1=a'), 'Ids')).toEqual([]);
  });

  it('are maps under the names that the action uses', () => {
    const form = 'A.entry.1.key=k&A.entry.1.value=v&A.entry.2.key=without&A.entry.3=text';
    expect([...mapIn(read(form), 'A')]).toEqual([['k', 'v']]);
    const named = mapIn(read('A.entry.1.Name=k&A.entry.1.Value.DataType=String'), 'A', { key: 'Name', value: 'Value' });
    expect(textIn(named.get('k') as never, 'DataType')).toBe('String');
  });

  it('are texts or structures: the later one counts', () => {
    expect(textIn(read('A=1&A.b=2'), 'A')).toBeUndefined();
    expect(textIn(read('A.b=2&A=1'), 'A')).toBe('1');
  });
});
