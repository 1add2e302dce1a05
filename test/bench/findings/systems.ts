/** The systems whose cause is known: their scenario, and what a diagnosis must say of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const words = z.string().min(1);

const broken = z.strictObject({
  /** What is wrong with it, in words. */
  cause: words,
  /** Ids of which one must stand first. */
  first: z.array(words).min(1),
  /** The service that the first finding must name, and part of the function. */
  service: words.optional(),
  site: words.optional(),
  /** The measured step that is the first to break, or several of which one is; `none` where nothing breaks; without it, all is right. */
  breaks: z.union([words, z.array(words).min(2)]).optional(),
  engine: z.enum(['process', 'compose']).default('process'),
});

const healthy = z.strictObject({
  /** What it is, in words. */
  healthy: words,
  engine: z.enum(['process', 'compose']).default('process'),
});

const expectation = z.union([broken, healthy]);

/** What must be said of a system: a cause, or nothing above a note. */
export type Expectation = z.infer<typeof expectation>;

/** One system, with the scenario that shows its cause. */
export interface System {
  readonly name: string;
  readonly scenario: string;
  readonly expect: Expectation;
}

/** The systems of test/causes, each a folder, and the scenarios that are shipped, by name. Throws what is wrong with an expectation. */
export function readSystems(root: string): System[] {
  const causes = join(root, 'test', 'causes');
  const folders = readdirSync(causes).filter((name) => existsSync(join(causes, name, 'rampart.yaml')));
  const shipped = readYaml(join(root, 'test', 'bench', 'findings', 'shipped.yaml'));
  return [
    ...folders.sort().map((name) => ({
      name,
      scenario: join(causes, name, 'rampart.yaml'),
      expect: expectation.parse(readYaml(join(causes, name, 'expect.yaml'))),
    })),
    ...Object.entries(z.record(words, expectation).parse(shipped)).map(([name, expect]) => ({
      name,
      scenario: join(root, 'scenarios', `${name}.yaml`),
      expect,
    })),
  ];
}

function readYaml(file: string): unknown {
  return parse(readFileSync(file, 'utf8'));
}
