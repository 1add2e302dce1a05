/** `rampart inspect --follow`: a line for each stretch of time that a growing log adds to, until Ctrl-C. */
import { resolve } from 'node:path';
import { createIntervalBook } from '../../analysis/inspect/interval.ts';
import { createLogScanner } from '../../goruntime/log/scanner.ts';
import { startClock } from '../../host/clock.ts';
import { readability } from '../../host/input-bytes.ts';
import { followFile } from '../../host/tail-file.ts';
import { type ExitCode, exitCodes, usageError } from '../../model/errors.ts';
import type { FollowedInterval } from '../../model/inspection-changes.ts';
import { formatDurationMs, parseDurationMs } from '../../model/units.ts';
import { intervalText } from '../../report/terminal/inspect/interval.ts';
import type { CommandArgs, CommandContext } from '../command.ts';

const leastMs = 100;

/** Follows the one file that is named, from its end; resolves when the user ends it. */
export async function followLog(args: CommandArgs, json: boolean, context: CommandContext): Promise<ExitCode> {
  const name = await followedName(args, context);
  const everyMs = everyOf(args);
  const book = createIntervalBook();
  const scanner = createLogScanner((record, source) => book.record(record, source));
  const clock = startClock();
  const followed = await followFile(resolve(context.cwd, name), (line) => scanner.write(Buffer.from(`${line}\n`)));
  context.tell(`following ${name}: a line every ${formatDurationMs(everyMs)}, until Ctrl-C\n`);
  let fromUs = clock.nowUs();
  const print = () => {
    const nowUs = clock.nowUs();
    const lengthMs = (nowUs - fromUs) / 1000;
    fromUs = nowUs;
    scanner.settle();
    const interval = book.take();
    const at = new Date(context.time.wallMs());
    const line: FollowedInterval = { at: at.toISOString(), lengthMs: Math.round(lengthMs), ...interval };
    if (json) context.print(`${JSON.stringify(line)}\n`);
    else context.show(`${at.toTimeString().slice(0, 8)}  ${intervalText(interval, lengthMs)}\n`);
  };
  const ended = AbortSignal.any([context.signal, context.unread]);
  try {
    while (!ended.aborted) {
      await clock.sleep(everyMs, ended);
      print();
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    await followed.close();
  }
  scanner.end();
  print();
  return exitCodes.ok;
}

async function followedName(args: CommandArgs, context: CommandContext): Promise<string> {
  const [name, ...more] = args.strings('files');
  const hint = 'rampart inspect --follow /var/log/api.log';
  if (name === undefined || name === '-' || more.length > 0) {
    throw usageError('usage', '--follow needs exactly one file', hint);
  }
  const state = await readability(resolve(context.cwd, name));
  if (state === 'readable') return name;
  const why = { missing: 'is not there: no such file', directory: 'is a directory', forbidden: 'cannot be read' }[
    state
  ];
  throw usageError('unreadable-input', `${name} ${why}`, hint);
}

function everyOf(args: CommandArgs): number {
  const text = args.string('every') ?? '';
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms >= leastMs) return ms;
  throw usageError('usage', `--every must be a duration of at least ${leastMs}ms, got "${text}" (example: 5s)`);
}
