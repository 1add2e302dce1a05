/** `rampart profiles collect`: takes profiles of running Go services again and again, and keeps them. */
import { relative, resolve } from 'node:path';
import type { CollectStatus } from '../../model/collect-status.ts';
import { type ExitCode, environmentError, exitCodes, usageError } from '../../model/errors.ts';
import { parseDurationMs } from '../../model/units.ts';
import { collectSink } from '../../profiles/collect/collect-sink.ts';
import { readCollectConfig } from '../../profiles/collect/config.ts';
import type { CollectSettings } from '../../profiles/collect/config-schema.ts';
import { runCollect } from '../../profiles/collect/run-collect.ts';
import { openStatusPage } from '../../profiles/collect/status-page.ts';
import { collectTable } from '../../report/words/collect-table.ts';
import { readInput } from '../../runs/read-input.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { jsonFlag, jsonText, outputFormat } from '../output-format.ts';
import { collectFlags, configFlags } from './collect-flags.ts';

export const collectCommand: Command = {
  name: 'collect',
  positionals: '',
  summary: 'Take profiles of running Go services again and again, and keep them',
  examples: [
    ['rampart profiles collect --compose-project shop', 'all its services, once a minute, into the store of this user'],
    ['rampart profiles collect --target api=http://127.0.0.1:6060 --once', 'one of each type, and done'],
    ['rampart profiles collect --pods', 'pods annotated profefe.com/enable, of all namespaces of a cluster'],
    ['rampart profiles collect --pods --prune-older-than 720h', 'keeps 30 days in the store'],
    ['rampart profiles collect --config collect.yaml --shard 2/5 --status-port 9465', ''],
    ['rampart profiles collect --file-sd targets.json --to http://127.0.0.1:10100 --for 10m', 'to a server'],
  ],
  options: { ...collectFlags, ...jsonFlag },
  run: async (args, context) => {
    const format = outputFormat(args);
    const forMs = readFor(args);
    const settings = await readSettings(args, context);
    const sink = await collectSink(settings, context);
    const page = args.number('status-port');
    const watched: { page?: Awaited<ReturnType<typeof openStatusPage>> } = {};
    let statusNow: (() => CollectStatus) | undefined;
    try {
      if (page !== undefined) {
        watched.page = await openStatusPage({ port: page, flag: '--status-port PORT' }, () => statusNow?.(), context);
        context.log.info(`status: ${watched.page.url}`);
      }
      const once = args.flag('once');
      context.log.info(`profiles go to ${sink.name}${once || forMs !== undefined ? '' : '; Ctrl-C ends it'}`);
      const onStart = (status: () => CollectStatus) => {
        statusNow = status;
      };
      const last = await runCollect({ settings, sink, once, forMs, onStart }, context);
      if (format === 'json') context.print(jsonText(last));
      else context.show(collectTable(last));
      return endOf(last, once || forMs !== undefined, context);
    } finally {
      await watched.page?.close();
      await sink.close();
    }
  },
};

function readFor(args: CommandArgs): number | undefined {
  const text = args.string('for');
  const forMs = text === undefined ? undefined : parseDurationMs(text);
  if (text !== undefined && !(forMs !== undefined && forMs >= 1000))
    throw usageError(
      'flag-invalid',
      `--for must be a duration of at least 1s (example: --for 10m), got ${JSON.stringify(text)}`,
    );
  return forMs;
}

async function readSettings(args: CommandArgs, { cwd }: CommandContext): Promise<CollectSettings> {
  const named = args.string('config');
  if (named === undefined) return readCollectConfig(undefined, configFlags(args, cwd));
  const path = resolve(cwd, named);
  const file = relative(cwd, path);
  const text = await readInput(path, named);
  if (text === undefined) throw usageError('input-unreadable', `${named}: there is no such file`);
  return readCollectConfig({ file: file.startsWith('..') ? path : file, text, path }, configFlags(args, cwd));
}

/** Until Ctrl-C is as long as it was to go on; whatever was to end by itself was interrupted. */
function endOf({ totals, targets }: CollectStatus, isBounded: boolean, { signal }: CommandContext): ExitCode {
  if (isBounded) signal.throwIfAborted();
  if (totals.kept > 0 || totals.tries.empty > 0) return exitCodes.ok;
  if (!isBounded && signal.aborted && totals.tries.unreachable === 0 && targets.length > 0) return exitCodes.ok;
  throw environmentError(
    'nothing-collected',
    targets.length === 0
      ? 'nothing was collected: there is no target'
      : 'nothing was collected: no target gave a profile that could be kept',
    'The lines above say what was asked and what was answered; a service shows profiles with import _ "net/http/pprof".',
  );
}
