/** Rules such as `p99 < 50ms` or `add: errors(5xx) < 0.1%`, from text to numbers; what is none is refused with its reason. */
import { errorClasses, isErrorClass, isStatusClass } from '../model/error-class.ts';
import type { SloMetric, SloRule } from '../model/slo-rule.ts';
import { parseDurationMs, parseRateRps } from '../model/units.ts';

/** An example for messages. */
export const sloExample = 'p99 < 50ms, errors < 0.1%, rps > 900/s';

/** A rule that was read, or why a text is none. */
export type ReadRule = { readonly rule: SloRule } | { readonly mistake: string };

/** What a rule is about, before its bound is read. */
type Subject = Pick<SloRule, 'metric' | 'clock' | 'kind' | 'of' | 'after'>;

const statistics = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max', 'mean'] as const;
const clocks = ['service', 'ttfb', 'lag'] as const;
const counted = ['errors', 'dropped', 'resent'] as const;
const timed = ['recovery', 'converged'] as const;

const parts = /^(?<subject>(?:[^<>=!()]|\([^()]*\))*?)\s*(?<comparison><=|>=|==|<|>)\s*(?<value>[^<>=!]+)$/;
const prefix = /^(?:(?<request>.+):\s*)?(?<about>[^:()]+(?:\([^()]*\))?)$/s;

/** The rule in a text; undefined when the text is not one. */
export function parseSlo(text: string, step: string | undefined): SloRule | undefined {
  const read = readRule(text);
  if (!('rule' in read) || (step !== undefined && timed.some((metric) => metric === read.rule.metric)))
    return undefined;
  return { ...read.rule, ...(step === undefined ? {} : { step }) };
}

/** The rule in a text, `request: subject comparison bound`, or a sentence that says what is wrong with it. */
export function readRule(text: string): ReadRule {
  const trimmed = text.trim();
  const { subject, comparison, value } = parts.exec(trimmed)?.groups ?? {};
  if (subject === undefined || comparison === undefined || value === undefined)
    return { mistake: 'it takes what is measured, one of <, <=, >, >= and ==, and a bound' };
  const { request, about } = prefix.exec(subject)?.groups ?? {};
  const found = subjectOf((about ?? subject).trim());
  if ('mistake' in found) return found;
  const bound = boundOf(found, comparison, value.replaceAll(/\s+/g, ''));
  if ('mistake' in bound) return bound;
  if (bound.bound === 0 && comparison === '<')
    return { mistake: 'nothing is less than 0: <= or == says what is meant' };
  if (bound.bound === 0 && comparison === '>=') return { mistake: 'it would always hold' };
  return ofRequest(request?.trim(), {
    text: trimmed,
    ...found,
    comparison: comparison as SloRule['comparison'],
    ...bound,
  });
}

/** The same rule about one request. */
export function ofRequest(request: string | undefined, rule: SloRule): ReadRule {
  if (request === undefined) return { rule };
  const mistake = requestMistake(rule);
  return mistake === undefined ? { rule: { ...rule, request } } : { mistake };
}

function requestMistake({ metric, clock, kind }: SloRule): string | undefined {
  if (timed.some((one) => one === metric)) return `${metric} is of no request`;
  if (metric === 'resent') return 'what was sent again is counted of all requests together';
  if (clock === 'lag') return 'lag is of the generator, whatever it sends';
  const isDialled = kind !== undefined && /^(?:connect|tls|connection)(?: |$)/.test(kind);
  return isDialled ? `${kind} is of connections, which all requests share` : undefined;
}

function subjectOf(text: string): Subject | { readonly mistake: string } {
  const [, name = '', inner] = /^([^()]*?)(?:\(([^()]*)\))?$/s.exec(text) ?? [];
  if (inner !== undefined) return qualifiedSubject(name.trim(), inner);
  const words = name.split(/\s+/);
  const statistic = statistics.find((one) => one === words.at(-1));
  const [clock, ...more] = words.slice(0, -1);
  if (statistic && more.length === 0 && (clock === undefined || clock === 'response'))
    return { metric: named(statistic) };
  const known = clocks.find((one) => one === clock);
  if (statistic && known && more.length === 0) return { metric: named(statistic), clock: known };
  const metric = [...counted, ...timed, 'rps' as const].find((one) => one === name);
  return metric ? { metric } : { mistake: unknownSubject(text) };
}

function named(statistic: (typeof statistics)[number]): SloMetric {
  return statistic === 'p99.9' ? 'p999' : statistic;
}

function qualifiedSubject(name: string, inner: string): Subject | { readonly mistake: string } {
  const of = inner.trim();
  if (name === 'errors')
    return isErrorClass(of)
      ? { metric: 'errors', kind: of }
      : {
          mistake: `there are no errors(${of}): in the brackets goes ${errorClasses.join(', ')}, a status, 4xx or 5xx`,
        };
  if (name === 'status')
    return isStatusClass(of)
      ? { metric: 'errors', kind: of }
      : { mistake: `status(${of}) is none: in the brackets goes a status such as 429, or 5xx` };
  if (name === 'recovery') return { metric: 'recovery', of };
  const met = name === 'converged' ? convergedOf(inner) : undefined;
  return met ? { metric: 'converged', ...met } : { mistake: unknownSubject(`${name}(${inner})`) };
}

/** Says what there is; of what nearly is something, what it lacks. */
function unknownSubject(text: string): string {
  const percentile = /^p\(?(\d+(?:\.\d+)?)\)?$/.exec(text)?.[1];
  if (percentile !== undefined) return `percentiles that every result has are ${statistics.slice(0, 5).join(', ')}`;
  if (clocks.some((clock) => clock === text)) return `${text} needs a statistic before its bound: ${text} p99`;
  const all = [...statistics, ...counted, 'errors(KIND)', 'status(CODE)', 'rps', ...timed];
  return `there is no ${JSON.stringify(text)}, but ${all.join(', ')}; before a percentile, max or mean ${clocks.join(', ')}`;
}

const converged = /^\s*(?:(?!after\b)([^\s,]+))?(?:(?:\s*,\s*|\s+|^)after\s+(end\s+of\s+)?([^\s,]+))?\s*$/;

/** `members=5`, `members=5, after grow`, `members=5, after end of grow` or `after start`. */
function convergedOf(text: string): Pick<SloRule, 'of' | 'after'> | undefined {
  const match = converged.exec(text);
  if (!match) return undefined;
  const [, of, end, name] = match;
  const subject = of === undefined ? {} : { of };
  if (name === undefined) return subject;
  if (name === 'start' && end === undefined) return { ...subject, after: { event: 'start' } };
  return { ...subject, after: { event: end === undefined ? 'fault' : 'fault-end', fault: name } };
}

type Bound = Pick<SloRule, 'bound' | 'unit'> | { readonly mistake: string };

function boundOf({ metric }: Subject, comparison: string, text: string): Bound {
  const isEqual = comparison === '==';
  if (counted.some((one) => one === metric)) return countedBound(text, isEqual);
  if (isEqual) return { mistake: `${metric} is never exactly a value: <= or >= says what is meant` };
  if (metric === 'rps') {
    const rps = parseRateRps(/^\d+(\.\d+)?k?$/.test(text) ? `${text}/s` : text);
    return rps === undefined ? { mistake: `${text} is no rate (900/s)` } : { bound: rps };
  }
  if (timed.some((one) => one === metric) && comparison.startsWith('>'))
    return { mistake: `${metric} is to take less than a time: < or <=` };
  const ms = parseDurationMs(text);
  return ms === undefined ? { mistake: `${text} is no duration (50ms)` } : { bound: ms * 1000 };
}

/** `0.1%` is a share of the arrivals, `0` a number of them. */
function countedBound(text: string, isEqual: boolean): Bound {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined) {
    if (Number(percent) > 100) return { mistake: `${text} is more than all arrivals` };
    if (!isEqual) return { bound: Number(percent) / 100 };
    return Number(percent) === 0
      ? { bound: 0, unit: 'count' }
      : { mistake: 'a share is never exactly a value: <= says what is meant' };
  }
  if (/^\d{1,15}$/.test(text)) return { bound: Number(text), unit: 'count' };
  return { mistake: `${text} is neither a percentage (0.1%) nor a number of arrivals (0)` };
}
