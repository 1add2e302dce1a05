/** `rampart pgo`: CPU profiles captured under a scenario's load, and kept as default.pgo where builds with them are shown to be better. */
import { join, relative, resolve } from 'node:path';
import { fewestRounds } from '../analysis/compare/contrasts.ts';
import { guideByProfile, pgoFile } from '../experiments/pgo.ts';
import { pgoTargets } from '../experiments/pgo-targets.ts';
import { costText, expectedRunMs, planComparison, type RoundsRequest, usualRounds } from '../experiments/plan.ts';
import { refuseClosed, refuseExternal } from '../experiments/variants.ts';
import { type ExitCode, exitCodes, messageOf, usageError } from '../model/errors.ts';
import type { Pgo } from '../model/pgo.ts';
import type { Scenario } from '../model/scenario.ts';
import { isComposed } from '../model/topology-spec.ts';
import { pgoText } from '../report/terminal/pgo.ts';
import { resolveAutoEngine } from '../runs/auto-engine.ts';
import { openScenario, readScenario } from '../runs/read-scenario.ts';
import { newRunId } from '../runs/run-id.ts';
import type { Override } from '../scenario/load-scenario.ts';
import type { Command, CommandArgs } from './command.ts';
import { roundsRequest } from './compare/rounds-flags.ts';
import { jsonFlag, jsonText, outputFormat } from './output-format.ts';
import { overridesOf, scenarioFlags } from './scenario-flags.ts';

const exitCodeOf: Readonly<Record<Pgo['outcome'], ExitCode>> = {
  better: exitCodes.ok,
  worse: exitCodes.failed,
  'not shown': exitCodes.cannotTell,
  'cannot tell': exitCodes.cannotTell,
  invalid: exitCodes.incomplete,
};

export const pgoCommand: Command = {
  name: 'pgo',
  positionals: '<scenario>',
  summary: 'Capture CPU profiles under load, and write default.pgo where builds with it are shown to be better',
  examples: [
    ['rampart pgo ramp.yaml', 'every service that is compiled on this machine'],
    ['rampart pgo ramp.yaml --service api --rounds 12', 'one service, and smaller differences are seen'],
    ['rampart pgo ramp.yaml --steps 400/s,800/s --dry-run', 'profiles of two steps; nothing is written'],
    ['rampart pgo ramp.yaml --out runs/x-pgo', 'goes on with one that was interrupted'],
  ],
  options: {
    ...scenarioFlags,
    service: { describe: 'Only this service; may be repeated', type: 'string', array: true },
    steps: { describe: 'Measured steps whose profiles count, such as 400/s,800/s (default: all)', type: 'string' },
    rounds: {
      describe: `Runs with and without; under ${fewestRounds} nothing can be shown (default: ${usualRounds})`,
      type: 'number',
    },
    budget: { describe: 'Begin no round that would not end within this time, such as 40m', type: 'string' },
    'dry-run': { describe: 'Say what would be written, and write nothing beside a main package', type: 'boolean' },
    force: { describe: 'Replace a default.pgo that is there', type: 'boolean' },
    out: { describe: 'Directory (default: runs/<time>-<scenario>-pgo)', type: 'string', short: 'o' },
    ...jsonFlag,
  },
  run: async (args, context) => {
    const { request, overrides } = readFlags(args);
    const file = await openScenario(args.string('scenario') ?? '', context);
    const read = await readScenario(file, overrides, context);
    refuseExternal(read.scenario);
    refuseClosed(read);
    const engine = await resolveAutoEngine(read.scenario, context);
    const settled = engine ? [...overrides, engine] : overrides;
    const { scenario: base } = await readScenario(file, settled, context);
    const { topology } = base;
    if (!isComposed(topology))
      throw usageError(
        'pgo-refused',
        'topology: manifests name images that are built already, so there is nothing to build with a profile',
      );
    const steps = stepsOf(args.string('steps'), base);
    const isDryRun = args.flag('dry-run');
    const isForced = args.flag('force');
    const selection = { services: args.strings('service'), keepsFiles: !isDryRun && !isForced };
    const targets = await pgoTargets(topology, selection, context);
    const plan = planComparison(request, expectedRunMs(base), 2);
    const id = `${newRunId(base.name, context.time)}-pgo`;
    const out = args.string('out');
    const directory = out === undefined ? join(context.cwd, 'runs', id) : resolve(context.cwd, out);
    const path = relative(context.cwd, directory) || '.';
    for (const { importPath, services } of targets) context.tell(`${importPath}: ${services.join(', ')}\n`);
    context.tell(`a run for profiles, then ${costText(plan, 2)}\nresults: ${path}\n`);
    const work = { id, file, overrides: settled, base, targets, steps, plan, directory, isDryRun, isForced };
    const pgo = await guideByProfile(work, context);
    if (outputFormat(args) === 'json') context.print(jsonText(pgo));
    else context.show(pgoText(pgo, { color: context.color, isDryRun }));
    context.tell(
      `\n${pgo.comparison === undefined ? '' : `report: ${path}/${pgo.comparison}/report.html\n`}result: ${path}/${pgoFile}\n`,
    );
    return exitCodeOf[pgo.outcome];
  },
};

function readFlags(args: CommandArgs): { request: RoundsRequest; overrides: Override[] } {
  const mistakes: string[] = [];
  const request = roundsRequest(args, mistakes);
  let overrides: Override[] = [];
  try {
    overrides = overridesOf(args);
  } catch (error) {
    mistakes.push(messageOf(error));
  }
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return { request, overrides };
}

function stepsOf(text: string | undefined, { load }: Scenario): string[] {
  const given = text?.split(',').map((name) => name.trim()) ?? [];
  const measured = load.steps.filter(({ measure }) => measure).map(({ name }) => name);
  const unknown = given.filter((name) => !measured.includes(name));
  if (unknown.length === 0) return given;
  throw usageError(
    'unknown-name',
    `--steps: ${unknown.join(', ')} is no measured step (steps: ${measured.join(', ')})`,
  );
}
