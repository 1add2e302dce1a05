/** `rampart observe`: look at Go services that already run, without load; one result and one report, as of a run. */
import { exitCodeOf } from '../analysis/run/exit-code.ts';
import { executeObservation } from '../runs/observation.ts';
import type { Command } from './command.ts';
import { observeFlags, observeRequest } from './observe-flags.ts';
import { outputFormat } from './output-format.ts';
import { outputFlags, printResult } from './print-result.ts';
import { announceEnd, runFlags, runPlace, whileServed } from './run.ts';

export const observeCommand: Command = {
  name: 'observe',
  positionals: '',
  summary: 'Look at Go services that already run, without load, until Ctrl-C',
  examples: [
    ['rampart observe --port 8080', 'the process that listens there; its pprof and metrics are found by asking'],
    ['rampart observe --project shop --for 10m', 'every container of a compose project'],
    [
      'rampart observe --namespace shop --for 10m',
      'every running pod of a namespace; nothing in the cluster is changed',
    ],
    ['rampart observe --label app=shop --label tier=api', 'containers that carry both labels'],
    ['rampart observe --url http://127.0.0.1:6060', 'whatever answers there, such as a forwarded port'],
    ['rampart observe --target api=pid:4711,log:api.log --log worker.log', 'several at once, with and without a name'],
  ],
  options: { ...observeFlags, ...outputFlags, ...runFlags },
  run: async (args, context) => {
    const place = runPlace(args, context.cwd);
    const format = outputFormat(args);
    const request = observeRequest(args, context.cwd);
    const finished = await executeObservation(request, place, context);
    return await whileServed(finished, args, context, async () => {
      const { result, directory } = finished;
      // One that never began has seen nothing; for people its failure on stderr says it all.
      if (result.status !== 'failed' || format !== 'terminal') await printResult(result, format, context);
      announceEnd(result, directory, context);
      return exitCodeOf(result);
    });
  },
};
