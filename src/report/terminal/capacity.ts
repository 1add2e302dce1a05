/** A capacity search as text for a terminal: the answer first, then the probes, then what gave way. */
import type { CapacityProbe, CapacityResult } from '../../model/capacity.ts';
import { formatCount, formatLatencyUs, formatNumber, formatShare } from '../../model/units.ts';
import { alignedRows } from '../words/aligned-rows.ts';
import { noValue } from '../words/number-format.ts';
import { sentToSentence } from '../words/sent-to-text.ts';

/** The text; ends with a newline. */
export function capacityText(capacity: CapacityResult): string {
  const { probes, usl, gaveWay } = capacity;
  const where = sentToSentence(capacity.sentTo, 'went');
  return `${[
    answer(capacity),
    ...(where === undefined ? [] : [where]),
    '',
    ...table(probes),
    ...(gaveWay.length > 0
      ? [
          '',
          'What gave way:',
          ...gaveWay
            .slice(0, 4)
            .flatMap(({ title, evidence }) => [`  ${title}`, ...evidence.slice(0, 1).map((line) => `    ${line}`)]),
        ]
      : []),
    ...(usl
      ? [
          '',
          `Scalability law (a description, not a forecast): ${formatNumber(usl.lambda)}/s one at a time, ${formatShare(usl.sigma)} in line, ${usl.kappa.toPrecision(2)} for agreeing; worst residual ${formatShare(usl.worstResidual)}`,
        ]
      : []),
  ].join('\n')}\n`;
}

function answer({ verdict, lowRps, highRps = 0, reason, rules, scenario, countsArrivals }: CapacityResult): string {
  const under = `${scenario} under ${rules.join(' and ')}`;
  const [low, high] = [lowRps, highRps].map((rps) => `${formatCount(rps)}${countsArrivals ? ' arrivals' : ''}/s`);
  switch (verdict) {
    case 'found':
      return `${under}: holds ${low}, confirmed; does not hold ${high}`;
    case 'at least':
      return `${under}: holds ${low}, the most that was asked for (--max)`;
    case 'nothing held':
      return `${under}: not even ${high} is held`;
    default:
      return `${under}: cannot tell ${lowRps === 0 ? 'of any rate' : `above ${low}`}${highRps === 0 ? '' : ` (not held: ${high})`}: ${reason ?? ''}`;
  }
}

/** Nothing is answered in less than a microsecond: there was no answer. */
function latencyCell(us: number): string {
  return us === 0 ? noValue : formatLatencyUs(us);
}

function table(probes: readonly CapacityProbe[]): string[] {
  const rows = probes.map(({ rps, completedRps, p50Us, p99Us, outcome, reasons }) => [
    `${formatCount(rps)}/s`,
    formatCount(completedRps),
    latencyCell(p50Us),
    latencyCell(p99Us),
    outcome,
    reasons[0] ?? '',
  ]);
  return alignedRows([['probe', 'done/s', 'p50', 'p99', 'was', ''], ...rows], 4);
}
