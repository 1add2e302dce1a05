/** The scenario that a command works with: a file's, or what is asked of a URL. */
import { messageOf, RampartError, retold, usageError } from '../../model/errors.ts';
import {
  asksNobody,
  openScenario,
  type ReadScenario,
  readScenario,
  type ScenarioFile,
} from '../../runs/read-scenario.ts';
import { type AdHocTarget, adHocScenario } from '../../scenario/ad-hoc.ts';
import type { Override } from '../../scenario/load-scenario.ts';
import type { CommandArgs, CommandContext, Flag } from '../command.ts';
import { overridesOf } from '../scenario-flags.ts';
import { type AskedUrl, askOf, givenUrlFlags } from './ask.ts';
import { findRuntime, mayAsk } from './observed.ts';

/** How a scenario is read. */
export interface Reading {
  /** The flags of the command that go with a URL. */
  readonly urlFlags: Readonly<Record<string, Flag>>;
  /** Whether anything may be asked over the network. */
  readonly mayAsk: boolean;
}

/** Whether an argument is a URL, and no name of a file. */
function isUrl(text: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(text);
}

/** Reads `<scenario>` and every flag that changes it; throws a usage error with all that is wrong. */
export async function readAsked(args: CommandArgs, reading: Reading, context: CommandContext): Promise<ReadScenario> {
  const given = args.string('scenario') ?? '';
  const mistakes: string[] = [];
  const overrides = triedOverrides(args, mistakes);
  if (isUrl(given)) return await readUrl(given, args, { overrides, mistakes, ...reading }, context);
  const flags = givenUrlFlags(args, reading.urlFlags);
  if (flags.length > 0)
    mistakes.push(
      `${flags.join(', ')}: only beside a URL; a scenario file says it itself, and --set changes any key of it (example: --set load.timeout=5s)`,
    );
  const file = await openScenario(given, context).catch((error: unknown) => {
    if (mistakes.length === 0) throw error;
    mistakes.push(messageOf(error));
  });
  if (mistakes.length > 0 || !file) throw usageError('flag-invalid', mistakes.join('\n'));
  return await readScenario(file, overrides, readerOf(reading, context));
}

function readerOf({ mayAsk: asks }: Reading, context: CommandContext) {
  return asks ? context : { ...context, lookup: asksNobody };
}

function triedOverrides(args: CommandArgs, mistakes: string[]): Override[] {
  try {
    return overridesOf(args);
  } catch (error) {
    mistakes.push(messageOf(error));
    return [];
  }
}

interface UrlReading extends Reading {
  readonly overrides: readonly Override[];
  readonly mistakes: string[];
}

async function readUrl(
  url: string,
  args: CommandArgs,
  reading: UrlReading,
  context: CommandContext,
): Promise<ReadScenario> {
  const { overrides, mistakes, urlFlags } = reading;
  mistakes.push(...startingFlags(args));
  const asked = askOf(url, args, 'rate' in urlFlags, mistakes);
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  const read = async (targets?: readonly AdHocTarget[]) => {
    const { file, overrides: own } = sourceOf(asked, targets, context.cwd);
    const all = [...own.filter(({ path }) => !isSet(path, overrides)), ...overrides];
    return await readScenario(file, all, readerOf(reading, context)).catch((error: unknown) => {
      if (!(error instanceof RampartError)) throw error;
      throw retold(error, { message: error.message, hint: 'The --help of the command lists what goes with a URL.' });
    });
  };
  const first = await read();
  if (asked.notes.length > 0) context.log.info(asked.notes.join('; '));
  const [pprof, metrics] = [args.strings('pprof'), args.strings('metrics')];
  if (pprof.length + metrics.length > 0) return first;
  if (!mayAsk(url)) {
    context.log.info(
      `${new URL(url).host} is asked for nothing but what is loaded: --pprof URL names where its runtime is seen`,
    );
    return first;
  }
  if (!reading.mayAsk) {
    context.log.info(`${new URL(url).host} would be asked once for /debug/pprof and once for /metrics`);
    return first;
  }
  const { targets, note } = await findRuntime(url);
  context.signal.throwIfAborted();
  context.log.info(note);
  return targets.length > 0 ? await read(targets) : first;
}

function sourceOf({ ask }: AskedUrl, found: readonly AdHocTarget[] | undefined, cwd: string) {
  const { file, text, overrides } = adHocScenario(found ? { ...ask, targets: found } : ask);
  const source: ScenarioFile = { file, folder: cwd, text };
  return { file: source, overrides };
}

/** Whether `--set` gives a key, or one that it is in; of one that is in it the rest stays what the flags beside the URL say. */
function isSet(path: Override['path'], overrides: readonly Override[]): boolean {
  return overrides.some((each) => each.path.every((key, index) => path[index] === key));
}

/** Flags about what rampart starts: of a URL it starts nothing. */
function startingFlags(args: CommandArgs): string[] {
  const engine = args.string('engine');
  const given = [
    ...(engine === undefined || engine === 'external' ? [] : [`--engine ${engine}`]),
    ...(['scale', 'env'] as const).filter((name) => args.strings(name).length > 0).map((name) => `--${name}`),
  ];
  if (given.length === 0) return [];
  return [
    `${given.join(', ')}: of a URL nothing is started, so there is nothing to change; a scenario file says what to start`,
  ];
}
