/** What is not the same in several runs, besides what was measured. */
import type { RunDifference } from '../../model/run-diff.ts';
import type { RunResult } from '../../model/run-result.ts';
import { formatSizeBytes } from '../../model/units.ts';

const none = '–';

/** What is called out elsewhere, or says nothing. */
const notCompared = ['name', 'description', 'tags', 'load.steps', 'seed'];

type Facts = ReadonlyMap<string, string>;

/** Machine, engine, tool and programs. */
export function environmentDifferences(results: readonly RunResult[]): RunDifference[] {
  return differing(results.map(environmentFacts));
}

function environmentFacts({ environment, tool }: RunResult): Facts {
  const { engine, os, cpuModel, cpus, memoryBytes, node, facts, targets } = environment;
  const services = [...new Set(targets.map(({ service }) => service))];
  return new Map([
    ['CPU', cpuModel],
    ['CPUs', String(cpus)],
    ['memory', formatSizeBytes(memoryBytes)],
    ['system', os],
    ['engine', engine],
    ['rampart', tool.version],
    ['Node', node],
    ...Object.entries(facts),
    ...services.flatMap((service): [string, string][] => {
      const own = targets.filter((target) => target.service === service);
      const go = own.find((target) => target.go)?.go;
      return [
        [`${service}: replicas`, String(own.length)],
        [`${service}: Go`, go?.version ?? none],
        ...Object.entries(go?.settings ?? {}).map(([name, value]): [string, string] => [
          `${service}: built with ${name}`,
          value,
        ]),
        ...Object.entries(go?.environment ?? {}).map(([name, value]): [string, string] => [
          `${service}: ${name}`,
          value,
        ]),
      ];
    }),
  ]);
}

/** What was asked for, by the path of its key; the steps are told where they meet. */
export function scenarioDifferences(results: readonly RunResult[]): RunDifference[] {
  return differing(results.map(({ scenario }) => new Map(flat(scenario, ''))));
}

function flat(value: unknown, path: string): [string, string][] {
  if (notCompared.includes(path)) return [];
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flat(inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}

/** Names whose values are not all the same, in the order in which they are met. */
function differing(all: readonly Facts[]): RunDifference[] {
  const names = new Set(all.flatMap((facts) => [...facts.keys()]));
  return [...names].flatMap((what) => {
    const values = all.map((facts) => facts.get(what) ?? none);
    return new Set(values).size > 1 ? [{ what, values }] : [];
  });
}
