/** `rampart capacity`: the highest rate that a topology holds under rules, between a rate that was held and one that was not. */
import { relative } from 'node:path';
import { capacityResult } from '../analysis/capacity/result.ts';
import { capacityFile, writeCapacity } from '../archive/capacity-file.ts';
import { isClosedLoop, recordedOf } from '../model/scenario.ts';
import { formatDurationMs } from '../model/units.ts';
import { capacityText } from '../report/terminal/capacity.ts';
import { type CapacityRequest, searchCapacity } from '../runs/capacity-search.ts';
import { executeRun } from '../runs/run.ts';
import { capacityFlags, capacityRequest } from './capacity-flags.ts';
import type { Command } from './command.ts';
import { announceBegin } from './job/kubernetes.ts';
import { announceCapacity } from './job/summaries.ts';
import { jsonFlag, outputFormat } from './output-format.ts';
import { capacityExitCode, printCapacity } from './print-capacity.ts';
import { runFlags, runPlace, whileServed } from './run.ts';
import { scenarioFlags, tellAborts } from './scenario-flags.ts';
import { readAsked } from './url/asked-scenario.ts';
import { requestFlags } from './url/flags.ts';

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
    ["rampart capacity http://127.0.0.1:8080/ --slo 'p99 < 50ms'", 'how much what already runs there holds'],
  ],
  options: {
    ...scenarioFlags,
    scenario: { describe: 'Scenario file, or the URL of what already runs', type: 'string', positional: true },
    ...capacityFlags,
    ...requestFlags,
    ...runFlags,
    ...jsonFlag,
  },
  run: async (args, context) => {
    const place = runPlace(args, context.cwd);
    const read = await readAsked(args, { urlFlags: requestFlags, mayAsk: true }, context);
    if (isClosedLoop(read.scenario.load)) {
      const message = 'must be open: capacity asks for a rate that is held, and a closed loop has none';
      throw read.refuse([{ path: ['load', 'mode'], message }]);
    }
    if (read.scenario.faults && read.scenario.faults.length > 0) {
      const message =
        'must be left out: capacity asks for the rate that a whole system holds (a copy without faults has it)';
      throw read.refuse([{ path: ['faults'], message }]);
    }
    const request = capacityRequest(args, read.scenario);
    tellAborts(read.scenario, context.log);
    context.log.info(planText(request));
    if (recordedOf(read.scenario.load))
      context.log.info('load.arrivals: the recording is not followed, for each probe has a rate: evenly spaced');
    const search = searchCapacity(request, read.scenario, context);
    await announceBegin('capacity', context);
    const finished = await executeRun(read, { ...place, script: search.script }, context);
    return await whileServed(finished, args, context, async () => {
      const { result, directory } = finished;
      const rules = request.rules.map(({ text }) => text);
      const capacity = capacityResult(search.found(), search.probes, rules, result);
      await writeCapacity(directory, capacity);
      printCapacity(capacity, outputFormat(args), context);
      const where = relative(context.cwd, directory) || '.';
      if (result.failure) context.complain(`\nrampart: ${result.failure.message}\n`);
      context.tell(`\nreport: ${where}/report.html\nresult: ${where}/${capacityFile}\n`);
      const exitCode = capacityExitCode(capacity, result);
      await announceCapacity(capacityText(capacity), { result, directory, exitCode }, context);
      return exitCode;
    });
  },
};

function planText({ rules, limits, probeMs, budgetMs }: CapacityRequest): string {
  const texts = rules.map(({ text }) => text).join(' and ');
  return `capacity under ${texts}: from ${limits.startRps}/s, probes of ${formatDurationMs(probeMs)} or longer, for at most ${formatDurationMs(budgetMs)}`;
}
