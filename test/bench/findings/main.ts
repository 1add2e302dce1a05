/** How often a run names the cause that its system is known to have: `npm run bench:findings`, from the repository's root. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../../src/model/errors.ts';
import { type Judgement, judge } from './judge.ts';
import { keepRun } from './keep-run.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { recordedRow } from './recorded.ts';
import { readResult, runSystem } from './run-system.ts';
import { readSystems, type System } from './systems.ts';
import { markdownTables, type Row } from './table.ts';

const root = process.cwd();

/** A run that says of itself that it cannot be judged is repeated. */
const attempts = 3;

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodes.usage;
}

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv, readSystems(root));
  if (!options) return console.log(usage);
  if (options.recorded) {
    const rows = options.systems.flatMap((system) => recordedRow(root, system));
    for (const { system, judgements } of rows)
      for (const judgement of judgements) console.error(`${system.name}: ${textOf(judgement)}`);
    return console.log(markdownTables(rows));
  }
  const { systems } = options;
  const scratch = mkdtempSync(join(tmpdir(), 'rampart-findings-'));
  try {
    const rows: Row[] = [];
    for (const system of systems) {
      rows.push(await runTimes(system, options, scratch));
      console.error(`${rows.length}/${systems.length} systems`);
    }
    if (!options.record) console.log(markdownTables(rows));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function runTimes(system: System, options: Options, scratch: string): Promise<Row> {
  const { keep, record, times, healthyTimes } = options;
  const wanted = 'healthy' in system.expect ? healthyTimes : times;
  const judgements: Judgement[] = [];
  const failures: string[] = [];
  for (let n = 1; n <= (record ? 1 : wanted); n++) {
    const directory = join(keep ?? scratch, `${system.name}-${n}`);
    const outcome = await usableRun(system, directory, options.engine ?? system.expect.engine);
    if (typeof outcome === 'string') failures.push(outcome);
    else {
      judgements.push(outcome);
      if (record) console.error(`${system.name}: kept ${await keepRun(directory, system.name, root)} B`);
    }
    console.error(`${system.name} ${n}: ${typeof outcome === 'string' ? outcome : textOf(outcome)}`);
    if (keep === undefined) rmSync(directory, { recursive: true, force: true });
  }
  return { system, judgements, failures };
}

/** Runs until the generator was not to blame for the numbers, some times at most; what the last run says, or why it says nothing. */
async function usableRun(system: System, directory: string, engine: string): Promise<Judgement | string> {
  let why = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    rmSync(directory, { recursive: true, force: true });
    const failure = await runSystem(system, engine, directory, root);
    const result = failure === undefined ? readResult(directory) : undefined;
    const unusable = result?.validity.reasons.find(({ code }) => code !== 'incomplete');
    if (result && !unusable) return judge(result, system.expect);
    why = failure ?? unusable?.message ?? 'wrote no result.json';
    console.error(`${system.name}: attempt ${attempt} of ${attempts} is of no use: ${why}`);
  }
  return why;
}

function textOf({ first, any, step, said, brokeAt }: Judgement): string {
  const verdict = first ? 'first' : any ? 'among the findings' : 'not named';
  const place = step ? 'break step right' : `break step wrong (${brokeAt ?? 'none'})`;
  return `${verdict}, ${place}; said ${said.join(', ') || 'nothing'}`;
}
