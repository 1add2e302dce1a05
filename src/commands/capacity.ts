/** `rampart capacity`: the highest rate that a topology holds under rules, between a rate that was held and one that was not. */
import { join, relative } from 'node:path';
import { capacityResult } from '../analysis/capacity/result.ts';
import { exitCodeOf } from '../analysis/run/exit-code.ts';
import { writeText } from '../host/files.ts';
import type { CapacityResult } from '../model/capacity.ts';
import { type ExitCode, exitCodes } from '../model/errors.ts';
import { isClosedLoop } from '../model/scenario.ts';
import { capacityText } from '../report/terminal/capacity.ts';
import { type CapacityRequest, searchCapacity } from '../runs/capacity-search.ts';
import { openScenario, readScenario } from '../runs/read-scenario.ts';
import { executeRun } from '../runs/run.ts';
import { capacityFlags, capacityRequest } from './capacity-flags.ts';
import type { Command } from './command.ts';
import { announceCapacity } from './job/summaries.ts';
import { jsonFlag, jsonText, outputFormat } from './output-format.ts';
import { runFlags, runPlace, whileServed } from './run.ts';
import { overridesOf, scenarioFlags } from './scenario-flags.ts';

export const capacityCommand: Command = {
  name: 'capacity',
  positionals: '<scenario>',
  summary: 'Find the highest rate that a topology holds under a rule such as p99 < 50ms',
  examples: [
    [
      "rampart capacity scenarios/quickstart.yaml --slo 'p99 < 50ms'",
      'climb, close in, confirm; the steps of the scenario are not used',
    ],
    ["rampart capacity ramp.yaml --slo 'p99 < 20ms' --slo 'errors < 0.1%' --from 500/s --budget 10m", ''],
  ],
  options: {
    ...scenarioFlags,
    ...capacityFlags,
    ...runFlags,
    ...jsonFlag,
  },
  run: async (args, context) => {
    const place = runPlace(args, context.cwd);
    const read = await readScenario(
      await openScenario(args.string('scenario') ?? '', context),
      overridesOf(args),
      context,
    );
    if (isClosedLoop(read.scenario.load)) {
      const message = 'must be open: capacity asks for a rate that is held, and a closed loop has none';
      throw read.refuse([{ path: ['load', 'mode'], message }]);
    }
    const request = capacityRequest(args, read.scenario);
    context.log.info(planText(request));
    const search = searchCapacity(request, read.scenario, context);
    const finished = await executeRun(read, { ...place, script: search.script }, context);
    return await whileServed(finished, args, context, async () => {
      const { result, directory } = finished;
      const rules = request.rules.map(({ text }) => text);
      const capacity = capacityResult(search.found(), search.probes, rules, result);
      await writeText(join(directory, 'capacity.json'), jsonText(capacity));
      context.print(outputFormat(args) === 'json' ? jsonText(capacity) : capacityText(capacity));
      const where = relative(context.cwd, directory) || '.';
      if (result.failure) context.tell(`\nrampart: ${result.failure.message}\n`);
      context.tell(`\nreport: ${where}/report.html\nresult: ${where}/capacity.json\n`);
      const exitCode = result.failure ? exitCodeOf(result) : exitCodeFor(capacity);
      await announceCapacity(capacityText(capacity), { result, directory, exitCode }, context);
      return exitCode;
    });
  },
};

function planText({ rules, limits, probeMs, budgetMs }: CapacityRequest): string {
  const texts = rules.map(({ text }) => text).join(' and ');
  return `capacity under ${texts}: from ${limits.startRps}/s, probes of ${probeMs / 1000} s or longer, at most ${Math.round(budgetMs / 60_000)} minutes`;
}

function exitCodeFor({ verdict }: CapacityResult): ExitCode {
  if (verdict === 'cannot tell') return exitCodes.cannotTell;
  return verdict === 'nothing held' ? exitCodes.failed : exitCodes.ok;
}
