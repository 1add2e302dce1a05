/** One directory as a list of runs has it: from its summary, else from what it holds; whatever it holds, it is an entry or none. */

import { join } from 'node:path';
import { comparisonSummary, pgoSummary } from '../analysis/summary/comparison.ts';
import { gateSummary } from '../analysis/summary/gate.ts';
import { runSummary } from '../analysis/summary/run.ts';
import { capacityFile, readCapacity } from '../archive/capacity-file.ts';
import { comparisonFile, readComparison } from '../archive/comparison-directory.ts';
import { gateFile, readGate } from '../archive/gate-file.ts';
import { ownerFile, ownerOf } from '../archive/owner-file.ts';
import { pinFile } from '../archive/pin-file.ts';
import { readSummary } from '../archive/summary-file.ts';
import { entriesOf } from '../host/file-tree.ts';
import { readTextIfAny } from '../host/files.ts';
import type { CapacityResult } from '../model/capacity.ts';
import { messageOf } from '../model/errors.ts';
import type { Verdict } from '../model/gate-terms.ts';
import { type Pgo, pgoSchema } from '../model/pgo.ts';
import { type RunManifest, runFiles } from '../model/raw-run.ts';
import { runResultSchema } from '../model/run-result.ts';
import type { RunEntry, RunKind, SummaryFacts } from '../model/run-summary.ts';
import { tagsSchema } from '../model/tags.ts';
import { formatCount } from '../model/units.ts';
import { startOfId } from './id-time.ts';

const pgoFile = 'pgo.json';

/** The entry of `name` in a folder; undefined when that is no directory of rampart. */
export async function readEntry(folder: string, name: string): Promise<RunEntry | undefined> {
  const directory = join(folder, name);
  const names = new Set(namesIn(directory));
  const of = kindOf(names);
  if (of === undefined) return undefined;
  const keep = names.has(pinFile) ? { keep: 'pinned' } : {};
  const isOwned = names.has(ownerFile) && ['alive', 'elsewhere'].includes(await ownerOf(directory));
  const begun = async () => ({ ...(await beginningOf(directory, name)), of, ...keep });
  try {
    if (isOwned) return { directory: name, state: 'running', ...(await begun()) };
    const facts = await factsOf(directory, of, names);
    if (facts) return { directory: name, state: facts.isOver === false ? 'cut-off' : 'ended', ...facts, ...keep };
    return { directory: name, state: 'cut-off', ...(await begun()) };
  } catch (error) {
    const problem = messageOf(error).split('\n', 1)[0] ?? '';
    return { directory: name, state: 'unreadable', ...(await begun()), problem };
  }
}

function namesIn(directory: string): string[] {
  try {
    return entriesOf(directory).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** By the files that only rampart writes; a run that was killed before it was ready has but its scenario and its folders. */
function kindOf(names: ReadonlySet<string>): RunKind | undefined {
  if (names.has(gateFile)) return 'gate';
  if (names.has(comparisonFile)) return 'compare';
  if (names.has(pgoFile)) return 'pgo';
  if (names.has(capacityFile)) return 'capacity';
  return names.has('raw') && (names.has(runFiles.scenario) || names.has(runFiles.result)) ? 'run' : undefined;
}

/** Undefined where it has no end. */
async function factsOf(directory: string, of: RunKind, names: ReadonlySet<string>): Promise<SummaryFacts | undefined> {
  switch (of) {
    case 'gate':
      return (await kept(directory, gateFile)) ?? (await gateFacts(directory));
    case 'compare':
      return (await kept(directory, comparisonFile)) ?? (await comparisonFacts(directory));
    case 'pgo':
      return await pgoFacts(directory);
    default: {
      if (!names.has(runFiles.result)) return undefined;
      const run = (await kept(directory, runFiles.result)) ?? (await runFacts(directory));
      return of === 'capacity' ? await capacityFacts(directory, run) : run;
    }
  }
}

async function kept(directory: string, file: string): Promise<SummaryFacts | undefined> {
  const summary = await readSummary(directory, file);
  if (!summary) return undefined;
  const { schemaVersion: _version, kind: _kind, file: _file, ...facts } = summary;
  return facts;
}

async function gateFacts(directory: string): Promise<SummaryFacts | undefined> {
  const gate = await readGate(join(directory, gateFile));
  return gate && gateSummary(gate, (await readComparison(directory).catch(() => undefined))?.runs ?? []);
}

/** One that is not judged has no end. */
async function comparisonFacts(directory: string): Promise<SummaryFacts | undefined> {
  const comparison = await readComparison(directory);
  return comparison?.judgement && comparisonSummary(comparison);
}

async function pgoFacts(directory: string): Promise<SummaryFacts> {
  const pgo: Pgo = pgoSchema.parse(await jsonIn(directory, pgoFile));
  return pgoSummary(pgo, startOfId(pgo.id) ?? '');
}

async function runFacts(directory: string): Promise<SummaryFacts> {
  const parsed = runResultSchema.safeParse(await jsonIn(directory, runFiles.result));
  if (parsed.success) return runSummary(parsed.data);
  const [issue] = parsed.error.issues;
  throw new Error(
    `${runFiles.result} is damaged or of another version of rampart: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
  );
}

const capacityVerdicts: Readonly<Record<CapacityResult['verdict'], Verdict>> = {
  found: 'pass',
  'at least': 'pass',
  'nothing held': 'fail',
  'cannot tell': 'cannot-tell',
};

/** The facts of its one run, with what the search came to. */
async function capacityFacts(directory: string, run: SummaryFacts): Promise<SummaryFacts> {
  const capacity = await readCapacity(directory);
  if (!capacity) throw new Error(`${capacityFile} is gone`);
  const { verdict, lowRps, highRps, probes } = capacity;
  const p99Us = probes.findLast(({ rps, outcome }) => rps === lowRps && outcome === 'held')?.p99Us;
  const not = highRps === undefined ? '' : `, not ${formatCount(highRps)}/s`;
  return {
    ...run,
    of: 'capacity',
    verdict: capacityVerdicts[verdict],
    outcome:
      verdict === 'nothing held'
        ? `nothing held${not}`
        : `${verdict === 'cannot tell' ? 'at least' : 'holds'} ${formatCount(lowRps)}/s${not}`,
    heldRps: lowRps,
    ...(p99Us === undefined ? {} : { p99Us }),
  };
}

async function jsonIn(directory: string, file: string): Promise<unknown> {
  const text = await readTextIfAny(join(directory, file));
  if (text === undefined) throw new Error(`${file} is not there`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

/** What is known of one that has no end, from its manifest; else from its name, which begins with a time. */
async function beginningOf(directory: string, name: string): Promise<Partial<SummaryFacts>> {
  const text = await readTextIfAny(join(directory, runFiles.manifest)).catch(() => undefined);
  const fromName = startOfId(name);
  const named = { id: name, ...(fromName === undefined ? {} : { startedAt: fromName }) };
  try {
    const manifest = JSON.parse(text ?? '') as Partial<RunManifest>;
    const tags = tagsSchema.safeParse(manifest.scenario?.tags).data;
    return {
      id: String(manifest.id),
      ...(typeof manifest.startedAt === 'string' ? { startedAt: manifest.startedAt } : {}),
      ...(typeof manifest.scenario?.name === 'string' ? { scenario: manifest.scenario.name } : {}),
      ...(tags ? { tags } : {}),
    };
  } catch {
    return named;
  }
}
