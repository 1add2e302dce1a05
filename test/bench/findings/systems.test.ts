import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readIn } from '../../helpers/read-scenario.ts';
import { readSystems } from './systems.ts';

const systems = readSystems(join(import.meta.dirname, '..', '..', '..'));

describe.each(systems.map((system) => [system.name, system] as const))(
  '%s',
  (_name, { scenario: file, expect: known }) => {
    it('is a scenario that can be run, and expects steps and services that there are', async () => {
      const { scenario } = await readIn(dirname(file), basename(file));
      const steps = scenario.load.steps.filter(({ measure }) => measure).map(({ name }) => name);
      if ('healthy' in known) return expect(steps.length).toBeGreaterThan(1);
      const breaks = [known.breaks ?? []].flat().filter((name) => name !== 'none');
      expect(steps).toEqual(expect.arrayContaining(breaks));
      expect(steps).not.toContain('none');
      const compose = 'compose' in scenario.topology ? [scenario.topology.compose].flat()[0] : undefined;
      const { services } = parse(readFileSync(compose ?? '', 'utf8')) as { services: Record<string, unknown> };
      expect(Object.keys(services)).toEqual(expect.arrayContaining([known.service ?? []].flat()));
    });
  },
);

it('names each system once, so that a recording is of one', () => {
  const names = systems.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
