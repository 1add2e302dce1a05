/** Rules such as `p99 < 50ms` or `errors < 0.1%`, from text to numbers. */
import type { SloMetric, SloRule } from '../model/slo-rule.ts';
import { parseDurationMs, parseRateRps } from '../model/units.ts';

const grammar = /^(p50|p90|p95|p99\.9|p99|max|mean|errors|dropped|resent|rps)\s*(<=|>=|<|>)\s*(\S+)$/;

/** An example for messages. */
export const sloExample = 'p99 < 50ms, errors < 0.1%, rps > 900/s';

/** The rule in a text; undefined when the text is not one. */
export function parseSlo(text: string, step: string | undefined): SloRule | undefined {
  const match = grammar.exec(text.trim());
  if (!match) return undefined;
  const metric = (match[1] === 'p99.9' ? 'p999' : match[1]) as SloMetric;
  const bound = parseBound(metric, match[3] ?? '');
  if (bound === undefined) return undefined;
  return { text: text.trim(), metric, comparison: match[2] as SloRule['comparison'], bound, step };
}

function parseBound(metric: SloMetric, text: string): number | undefined {
  if (metric === 'rps') return parseRateRps(text);
  if (metric === 'errors' || metric === 'dropped' || metric === 'resent') {
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
    return percent ? Number(percent[1]) / 100 : undefined;
  }
  const ms = parseDurationMs(text);
  return ms === undefined ? undefined : ms * 1000;
}
