/** What tells whether a scenario, and all that it names, is still the same. */
import { createHash } from 'node:crypto';
import { readBytes, readText } from '../host/files.ts';
import type { Caller } from '../model/host.ts';
import { isExternal, type Scenario } from '../model/scenario.ts';
import { namedFiles } from '../scenario/named-files.ts';
import { filesBehind } from '../topology/compose-file/compose-file.ts';

/** Of everything in a scenario that a run depends on, of the files that it names, and of those that they include. */
export async function digestOf(scenario: Scenario, env: Caller['env']): Promise<string> {
  const { variants: _variants, name: _name, description: _description, prices: _prices, ...rest } = scenario;
  const hash = createHash('sha256').update(sortedText(rest));
  const { topology } = scenario;
  const found = isExternal(topology) ? [] : filesBehind(topology, env, topology.profiles);
  const files = new Set([...namedFiles(scenario, '/').map(({ file }) => file), ...found]);
  for (const file of files) hash.update(await readBytes(file).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}

/** Of what a scenario loads and how, and not of what is built nor of where its repository, at `root`, lies. */
export async function scenarioDigest(scenario: Scenario, root: string | undefined): Promise<string> {
  const { load, target, topology, observe, validity } = scenario;
  const text = sortedText({ load, target, topology, observe, validity });
  const hash = createHash('sha256').update(root === undefined ? text : text.replaceAll(root, ''));
  for (const { file } of namedFiles(scenario, '/').filter(({ key }) => key[0] === 'load'))
    hash.update(await readText(file).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}

/** A value as JSON that does not depend on the order in which its maps were written. */
export function sortedText(value: unknown): string {
  return JSON.stringify(value, sortedKeys);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}
