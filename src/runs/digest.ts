/** What tells whether a scenario, and all that it names, is still the same. */
import { createHash, scryptSync } from 'node:crypto';
import { readBytes, readText } from '../host/files.ts';
import type { Caller } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Secret, Secrets } from '../model/secrets.ts';
import { isComposed, isManifested, type TopologySpec } from '../model/topology-spec.ts';
import { namedFiles } from '../scenario/named-files.ts';
import { filesBehind } from '../topology/compose-file/compose-file.ts';
import { filesUnder } from '../topology/kubernetes/files-under.ts';

/** Of everything in a scenario that a run depends on but the values of its secrets, which change while it stays what it is, of the files that it names, and of those that they include. */
export async function digestOf(scenario: Scenario, { env, secrets }: Pick<Caller, 'env' | 'secrets'>): Promise<string> {
  const {
    variants: _variants,
    name: _name,
    description: _description,
    tags: _tags,
    prices: _prices,
    ...rest
  } = scenario;
  const hash = createHash('sha256').update(sortedText(secrets.named(rest, identityOf)));
  const { topology } = scenario;
  const found = filesOf(topology, env);
  const files = new Set([...namedFiles(scenario, '/').map(({ file }) => file), ...found]);
  for (const file of files) hash.update(await readBytes(file).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}

function filesOf(topology: TopologySpec, env: Caller['env']): readonly string[] {
  if (isComposed(topology)) return filesBehind(topology, env, topology.profiles);
  return isManifested(topology) ? filesUnder(topology.manifests) : [];
}

/** Of what a scenario loads and how, and not of what is built nor of where its repository, at `root`, lies. */
export async function scenarioDigest(scenario: Scenario, root: string | undefined, secrets: Secrets): Promise<string> {
  const { load, target, topology, observe, validity, faults, conditions, roles } = scenario;
  const text = sortedText(
    secrets.named({ load, target, topology, observe, validity, faults, conditions, roles }, identityOf),
  );
  const hash = createHash('sha256').update(root === undefined ? text : text.replaceAll(root, ''));
  for (const { file } of namedFiles(scenario, '/').filter(({ key }) => key[0] === 'load'))
    hash.update(await readText(file).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}

/** Where a secret comes from; of one that the scenario holds, too little of what takes long to work out for anybody to guess by. */
function identityOf({ value, label, isWritten }: Secret): string {
  if (!isWritten) return label;
  return scryptSync(value, 'rampart scenario', 2).toString('hex');
}

/** A value as JSON that does not depend on the order in which its maps were written. */
export function sortedText(value: unknown): string {
  return JSON.stringify(value, sortedKeys);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}
