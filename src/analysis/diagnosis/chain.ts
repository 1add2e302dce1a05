/** From the cause to what users see, link by link, in the order in which it happened. */
import type { Diagnosis, Finding } from '../../model/finding.ts';
import type { StepResult } from '../../model/run-result.ts';
import { seriesInfo } from '../../model/series.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { answeredText } from '../run/answered.ts';
import { type Break, fallsBehind } from '../run/break-step.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { toldP99Us } from '../run/lost-slowest.ts';

type Link = Diagnosis['chain'][number];
type Mover = Diagnosis['movers'][number];

const mostMovers = 2;
const mostFollowed = 3;

/**
 * The cause, those of its series that moved, what else was found that it explains, and what became of the answers; without a cause the
 * series that moved first.
 */
export function chainOf(
  cause: Finding | undefined,
  ordered: readonly Finding[],
  movers: readonly Mover[],
  broken: Break,
): Link[] {
  const followed = ordered.filter(({ id, severity }) => severity !== 'note' && cause?.explains?.includes(id));
  const shown = cause?.charts ?? [];
  const own = movers.filter(({ target, series }) =>
    shown.length > 0
      ? shown.some((chart) => chart.target === target && chart.series === series)
      : target !== generatorTarget,
  );
  return [
    ...(cause ? [linkOf(cause)] : []),
    ...own.slice(0, mostMovers).map(moverLink),
    ...followed
      .filter(({ id }) => !isOfUsers(id))
      .slice(0, mostFollowed)
      .map(linkOf),
    ...(broken.breaks ? [usersLink(broken.breaks, broken.holds)] : []),
  ];
}

/** What the last link says anyway. */
function isOfUsers(id: string): boolean {
  return id === 'latency-knee' || id === 'throughput-ceiling' || id === 'failures';
}

function linkOf({ id, title, targets, sinceUs }: Finding): Link {
  return {
    text: title,
    finding: id,
    ...(targets?.[0] === undefined ? {} : { target: targets[0] }),
    ...(sinceUs === undefined ? {} : { atUs: sinceUs }),
  };
}

function moverLink({ target, series, atUs, from, to }: Mover): Link {
  const { title, unit } = seriesInfo(series);
  return {
    text: `${target}: ${title} ${formatNumber(from)} to ${formatNumber(to)}${unit === title ? '' : ` ${unit}`}`.trim(),
    target,
    series,
    atUs,
  };
}

function usersLink(breaks: StepResult, holds: StepResult | undefined): Link {
  const { load } = breaks;
  const lost = load.failed + load.timedOut + load.dropped;
  const parts = [
    `p99 ${holds ? `${formatLatencyUs(toldP99Us(holds))} to ` : ''}${formatLatencyUs(toldP99Us(breaks))}`,
    ...(fallsBehind(breaks, holds) ? [answeredText(breaks)] : []),
    ...(lost > 0 ? [`${formatNumber((100 * lost) / load.planned)} % without a good answer`] : []),
  ];
  return {
    text: `Users at ${formatNumber(load.plannedRps)}/s: ${parts.join(', ')}`,
    target: generatorTarget,
    series: 'load.response_p99_us',
  };
}
