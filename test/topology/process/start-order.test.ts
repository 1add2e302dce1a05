/** Services start after those they depend on. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseComposeFile } from '../../../src/topology/compose-file/compose-file.ts';
import { startOrder } from '../../../src/topology/process/start-order.ts';
import { projectOf } from '../../helpers/compose-project.ts';

function order(dependencies: Readonly<Record<string, readonly string[]>>): string[] {
  const services = Object.fromEntries(
    Object.entries(dependencies).map(([name, needs]) => [name, { build: '.', depends_on: needs }]),
  );
  const file = parseComposeFile(projectOf({ 'compose.yaml': JSON.stringify({ services }) }), {});
  return startOrder(file.services).map(({ name }) => name);
}

it('keeps the order of the file where nothing else is asked', () => {
  expect(order({ c: [], a: [], b: [] })).toEqual(['c', 'a', 'b']);
  expect(order({ web: ['db', 'cache'], cache: [], db: [] })).toEqual(['db', 'cache', 'web']);
});

it('puts every service after all it needs, whatever the graph', () => {
  const graph = fc.array(fc.array(fc.nat({ max: 30 })), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(graph, (needs) => {
      // Edges to smaller numbers only, so that there is no circle.
      const entries = needs.map(
        (list, index) =>
          [`s${index}`, [...new Set(list.filter((one) => one < index))].map((one) => `s${one}`)] as const,
      );
      const dependencies = Object.fromEntries([...entries].reverse());
      const ordered = order(dependencies);
      expect([...ordered].sort()).toEqual(Object.keys(dependencies).sort());
      for (const [name, list] of entries) {
        for (const needed of list) expect(ordered.indexOf(needed)).toBeLessThan(ordered.indexOf(name));
      }
    }),
  );
});

it('names a circle', () => {
  expect(() => order({ z: ['a'], a: ['b'], b: ['c'], c: ['a'] })).toThrow(
    'depends_on goes in a circle: a -> b -> c -> a',
  );
});
