/** The flags beside a URL, to what is asked for. */
import { parseDurationMs, parseRateRps } from '../../model/units.ts';
import type { AdHocAsk, AdHocStep } from '../../scenario/ad-hoc.ts';
import type { CommandArgs, Flag } from '../command.ts';
import { observedTargets } from './observed.ts';

const usualRate = '100/s';
const usualFor = '10s';

/** As long as a stair must be to have a p99 of its own that means something. */
const stairMs = 5000;
const mostStairs = 20;

/** What is asked of a URL, and what was left to be usual, in words. */
export interface AskedUrl {
  readonly ask: AdHocAsk;
  readonly notes: readonly string[];
}

/** Reads the flags, those of the load only where the command has them; what is wrong with them goes into the list. */
export function askOf(url: string, args: CommandArgs, hasLoad: boolean, mistakes: string[]): AskedUrl {
  const notes: string[] = [];
  const connections = args.number('connections');
  const rate = args.string('rate');
  const isClosed = hasLoad && connections !== undefined && rate === undefined;
  const body = bodyOf(args.string('body'), mistakes);
  const hasBody = body.body !== undefined || body.bodyFile !== undefined;
  const method = args.string('method')?.toUpperCase() ?? (hasBody ? 'POST' : undefined);
  if (hasBody && args.string('method') === undefined) notes.push('no --method: POST, as there is a body');
  const ask = {
    url,
    steps: hasLoad ? stepsOf(args, { isClosed, connections }, mistakes, notes) : [{ rate: usualRate, for: usualFor }],
    isClosed,
    connections: isClosed ? undefined : connections,
    request: { method, ...body },
    headers: headersOf(args.strings('header'), mistakes),
    timeout: args.string('timeout'),
    isHttp2: args.flag('http2'),
    isInsecure: args.flag('insecure'),
    rules: hasLoad ? args.strings('slo') : [],
    targets: observedTargets(args.strings('pprof'), args.strings('metrics'), mistakes),
  };
  return { ask, notes };
}

/** The flags beside a URL that were given, as they are called. */
export function givenUrlFlags(args: CommandArgs, flags: Readonly<Record<string, Flag>>): string[] {
  return Object.entries(flags).flatMap(([name, { type, array }]) => {
    const isGiven = array
      ? args.strings(name).length > 0
      : type === 'boolean'
        ? args.flag(name)
        : args.string(name) !== undefined;
    return isGiven ? [`--${name}`] : [];
  });
}

interface Connections {
  readonly isClosed: boolean;
  readonly connections: number | undefined;
}

function stepsOf(
  args: CommandArgs,
  { isClosed, connections }: Connections,
  mistakes: string[],
  notes: string[],
): AdHocStep[] {
  const warmUp = durationOf('--warm-up', args.string('warm-up'), mistakes);
  const time = durationOf('--for', args.string('for'), mistakes) ?? {
    text: usualFor,
    ms: parseDurationMs(usualFor) ?? 0,
  };
  if (args.string('for') === undefined) notes.push(`no --for: ${usualFor}`);
  const stairs = args.number('stairs');
  if (isClosed) {
    if (stairs !== undefined) mistakes.push('--stairs goes with a --rate from one to another: a closed loop has none');
    const step = { connections: connections ?? 1, for: time.text };
    notes.push(`no --rate: a closed loop, ${connections} connections as fast as answers come`);
    return [...(warmUp ? [{ name: 'warm-up', ...step, for: warmUp.text, measure: false }] : []), step];
  }
  const { from, to } = ratesOf(args.string('rate'), mistakes, notes);
  const first = { name: 'warm-up', rate: from, for: warmUp?.text ?? '', measure: false };
  const steps = warmUp ? [first] : [];
  if (to === undefined) {
    if (stairs !== undefined)
      mistakes.push(`--stairs goes with a --rate from one to another (example: --rate ${from}..1000/s)`);
    return [...steps, { rate: from, for: time.text }];
  }
  if (stairs !== undefined && !(Number.isInteger(stairs) && stairs >= 2 && stairs <= 200))
    mistakes.push(`--stairs must be a whole number from 2 to 200, got ${stairs} (example: --stairs 5)`);
  const usual = Math.min(mostStairs, Math.max(2, Math.floor(time.ms / stairMs)));
  if (stairs === undefined) notes.push(`no --stairs: ${usual}`);
  return [...steps, { from, to, stairs: stairs ?? usual, for: time.text }];
}

/** A duration as it was written; undefined where there is none, or none that can be read. */
function durationOf(flag: string, text: string | undefined, mistakes: string[]) {
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms > 0) return { text, ms };
  const meant = /^\d+(\.\d+)?$/.test(text) ? `did you mean ${text}s?` : `example: ${flag} 30s`;
  mistakes.push(`${flag} must be a positive duration, got ${JSON.stringify(text)} (${meant})`);
  return undefined;
}

function ratesOf(
  text: string | undefined,
  mistakes: string[],
  notes: string[],
): { from: string; to?: string | undefined } {
  if (text === undefined) {
    notes.push(`no --rate: ${usualRate}`);
    return { from: usualRate };
  }
  const [from = '', to, ...more] = text.split('..');
  if (more.length === 0 && [from, ...(to === undefined ? [] : [to])].every(isRate)) return { from, to };
  const withUnits = text.replace(/\d+(?:\.\d+)?k?(?=\.\.|$)/g, '$&/s');
  const isMeant = withUnits !== text && withUnits.split('..').every(isRate);
  const meant = isMeant ? `did you mean ${withUnits}?` : 'example: --rate 200/s, or --rate 100/s..1000/s';
  mistakes.push(`--rate must be a positive rate, or two of them, got ${JSON.stringify(text)} (${meant})`);
  return { from: usualRate };
}

function isRate(text: string): boolean {
  return (parseRateRps(text) ?? 0) > 0;
}

function headersOf(texts: readonly string[], mistakes: string[]): Record<string, string> {
  const headers: (readonly [name: string, value: string])[] = [];
  for (const text of texts) {
    const [, name, value = ''] = /^([^:\s][^:]*?)\s*:\s*(.*?)\s*$/s.exec(text) ?? [];
    // What stands in a header may be a secret.
    if (name === undefined)
      mistakes.push(`--header must have the form 'NAME: VALUE' (example: --header 'Accept: text/plain')`);
    else if (headers.some(([each]) => each.toLowerCase() === name.toLowerCase()))
      mistakes.push(`--header gives ${name} twice: one request has each header once`);
    else headers.push([name, value]);
  }
  // Unlike an assignment, it takes any name, `__proto__` as well.
  return Object.fromEntries(headers);
}

function bodyOf(
  text: string | undefined,
  mistakes: string[],
): { body: string | undefined; bodyFile: string | undefined } {
  if (text === undefined || !text.startsWith('@')) return { body: text, bodyFile: undefined };
  const file = text.slice(1);
  if (file === '' || file === '-')
    mistakes.push(`--body @FILE names a file, got ${text} (example: --body @order.json)`);
  return { body: undefined, bodyFile: file };
}
