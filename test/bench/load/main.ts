/** Compares our load engines with other generators against one target: `npm run bench:load`, from the repository's root. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startBurners } from './burners.ts';
import { allCases, type Case, warmUpS } from './cases.ts';
import { allGenerators, findCommand, type Generator } from './generators.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { runCase } from './run-case.ts';
import { markdownTable, type Run, rowsOf } from './table.ts';
import { buildPrograms, startTarget } from './target.ts';

type Found = Generator & { readonly path: string };

const legend = `Medians over the rounds, ratios to ours. Rate, dispersion (variance over mean of arrivals in 10 ms) and truth are the target's,
rate, dispersion and CPU after ${warmUpS} s of warm-up; own latencies are what the generator says of itself, of the whole run for peers, after
the warm-up for ours. Truth: how long the target kept its answers, so without the network; in the stall, what even arrivals would have waited.
Error of p99: what the generator says less the truth; bound: how much of it, ours says, may be its own; within: the truth is no lower than that.
- : the generator does not say, or has no such figure. Peak memory is all that was ever resident, Node included.`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  if (!options) return console.log(usage);
  if (process.platform !== 'linux')
    throw new Error(`bench:load reads /proc and runs on Linux only, not ${process.platform}`);
  const chosen = allGenerators.filter((each) => options.generators.includes(each.name));
  const found = chosen.flatMap((each) => {
    const path = findCommand(each.command);
    if (path === undefined) console.error(`${each.name} is not on the PATH: ${each.install}`);
    return path === undefined ? [] : [{ ...each, path }];
  });
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), kernel: release(), node: process.version };
  const startedAt = new Date().toISOString();
  const runs = await runAll(options, found);
  const rows = rowsOf(runs);
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify({ startedAt, machine, options, rows, runs }, undefined, 1)}\n`);
  console.log(
    `${markdownTable(rows)}\n\n${legend}\n${machine.cores} cores of ${machine.cpu}, Linux ${machine.kernel},`,
  );
  console.log(
    `Node ${machine.node}, ${options.rounds} rounds of ${options.seconds} s, ${options.burners} CPU burners. Every run: ${options.json}`,
  );
}

async function runAll(options: Options, found: readonly Found[]): Promise<readonly Run[]> {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-bench-'));
  try {
    const programs = buildPrograms(directory);
    await using target = await startTarget(programs.target);
    using _burners = startBurners(options.burners);
    const runs: Run[] = [];
    for (const { round, task, generator } of turns(options, found)) {
      const measured = await runCase(generator, generator.path, task, target, programs.meter);
      runs.push({ round, task: task.name, generator: generator.name, ...measured });
      console.error(
        `round ${round + 1}/${options.rounds}  ${task.name}  ${generator.name}  ${measured.failure ?? 'done'}`,
      );
    }
    // The table keeps one order, whoever went first in which round.
    const place = (run: Run) => found.findIndex((each) => each.name === run.generator);
    return runs.sort((a, b) => place(a) - place(b));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Every case by every generator that can do it, in each round another one first. */
function* turns(options: Options, found: readonly Found[]): Iterable<{ round: number; task: Case; generator: Found }> {
  const cases = allCases(options.rates, options.seconds).filter(
    ({ name }) => options.cases.length === 0 || options.cases.some((part) => name.includes(part)),
  );
  if (cases.length === 0) throw new Error(`--cases ${options.cases.join(',')} names none`);
  for (let round = 0; round < options.rounds; round++) {
    for (const task of cases) {
      const able = found.filter((each) => each.pacing.includes(task.pacing));
      const first = round % able.length;
      for (const generator of [...able.slice(first), ...able.slice(0, first)]) yield { round, task, generator };
    }
  }
}
