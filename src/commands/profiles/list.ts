/** `rampart profiles list`, and `rampart profiles DIR`: which profiles a run holds, and a merged one whose samples say their step, rate, target and settings. */
import { resolve } from 'node:path';
import { exitCodes } from '../../model/errors.ts';
import { type ProfiledRun, readProfiledRun } from '../../profiles/runs/profiled-run.ts';
import { profilesTable } from '../../report/words/profiles-table.ts';
import type { Command, CommandContext } from '../command.ts';
import { jsonFlag, jsonText, outputFormat } from '../output-format.ts';
import { anyPort, browse } from './browse.ts';
import { mergeTo } from './merge.ts';
import { sampleLabels } from './sample-labels.ts';

export const listCommand: Command = {
  name: 'list',
  positionals: '<inputs..>',
  summary: 'Which profiles runs hold, and why others are missing',
  examples: [
    ['rampart profiles runs/20260131-142501-ramp-3fa9', 'what was taken in each step, and what was not'],
    [
      'rampart profiles runs/20260131-142501-ramp-3fa9 --merge cpu.pb.gz',
      'then: go tool pprof -http=: -tagroot=step cpu.pb.gz',
    ],
    ['rampart profiles runs/20260131-142501-ramp-3fa9 --merge heap.pb.gz --type heap --target downstream-1', ''],
    ['rampart profiles runs/20260131-142501-ramp-3fa9 --http --tagroot step', 'in the pages of go tool pprof'],
  ],
  options: {
    inputs: { describe: 'Directories of runs', type: 'string', array: true, positional: true },
    merge: { describe: 'Writes one merged profile to this file', type: 'string' },
    type: {
      describe: 'Which kind to merge',
      type: 'string',
      choices: ['cpu', 'heap', 'mutex', 'block'],
      default: 'cpu',
    },
    target: { describe: 'Only of this target or service; may be repeated', type: 'string', array: true },
    step: { describe: 'Only of this step; may be repeated', type: 'string', array: true },
    http: {
      describe: 'Serves the merged profile with go tool pprof until Ctrl-C, on --http=ADDRESS:PORT or any free port',
      type: 'string',
      alone: anyPort,
    },
    tagroot: { describe: 'With --http: one tree for each value of this label, such as step', type: 'string' },
    ...jsonFlag,
  },
  run: async (args, context) => {
    const address = args.string('http');
    if (address !== undefined) return await browse(address, args, context);
    const file = args.string('merge');
    if (file !== undefined) {
      await mergeTo(file, args, context, sampleLabels);
      return exitCodes.ok;
    }
    const runs = await readRuns(args.strings('inputs'), context);
    if (outputFormat(args) === 'json') context.print(jsonText(listOf(runs)));
    else context.show(tablesOf(runs));
    return exitCodes.ok;
  },
};

async function readRuns(names: readonly string[], { cwd }: CommandContext): Promise<readonly ProfiledRun[]> {
  const runs: ProfiledRun[] = [];
  for (const name of names) runs.push(await readProfiledRun(resolve(cwd, name)));
  return runs;
}

/** A run is only named where there are several. */
function listOf(runs: readonly ProfiledRun[]) {
  return runs.flatMap(({ run, result }) =>
    result.steps.flatMap(({ name, profiles = [] }) =>
      profiles.map((profile) => ({ ...(runs.length > 1 ? { run: run.manifest.id } : {}), step: name, ...profile })),
    ),
  );
}

function tablesOf(runs: readonly ProfiledRun[]): string {
  const tables = runs.map(
    ({ run, result }) => `${runs.length > 1 ? `${run.manifest.id}\n` : ''}${profilesTable(result.steps)}`,
  );
  return tables.join('\n');
}
