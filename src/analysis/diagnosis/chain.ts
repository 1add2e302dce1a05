/** From what followed of the cause to what users saw, link by link: each once, with the numbers of the step that broke. */
import type { Diagnosis, Finding } from '../../model/finding.ts';
import { shortFunction } from '../../model/function-name.ts';
import type { StepResult } from '../../model/run-result.ts';
import { seriesInfo } from '../../model/series.ts';
import { stepText } from '../../model/step-text.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import type { RunEvidence } from '../findings/rule.ts';
import { answeredText } from '../run/answered.ts';
import { type Break, fallsBehind } from '../run/break-step.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { toldP99Us } from '../run/lost-slowest.ts';
import type { StepWaits, WaitSite } from '../waits/wait-sites.ts';
import { waitingChain } from '../waits/waiting-chain.ts';

type Link = Diagnosis['chain'][number];
type Mover = Diagnosis['movers'][number];

/** What the links are taken from, beside the findings. */
export interface ChainEvidence extends Pick<RunEvidence, 'steps' | 'scenario' | 'targets'> {
  readonly movers: readonly Mover[];
  readonly broken: Break;
  /** The waits of the step that broke. */
  readonly told: StepWaits | undefined;
}

const mostMovers = 2;
const mostFollowed = 3;
const pileUp = 'goroutine-pile-up';
/** What the last link says anyway. */
const ofUsers = ['latency-knee', 'throughput-ceiling', 'failures'];
/** What stands behind a cause because it is of the same CPU, and is no effect of it. */
const ofSameCpu = ['hot-function', 'gomaxprocs-above-limit'];

/**
 * What else was found in the step that broke and follows from the cause, the services in front that wait for it, and what became of the
 * answers; without a cause the series that moved first. The cause itself is the sentence above. Empty where it would say nothing else.
 */
export function chainOf(cause: Finding | undefined, ordered: readonly Finding[], run: ChainEvidence): Link[] {
  const { breaks, holds } = run.broken;
  const isOfBreak = breaks !== undefined && cause?.steps.includes(breaks.name) === true;
  const fronts = cause && isOfBreak ? frontLinks(cause, run) : [];
  const followed = cause
    ? followedBy(cause, ordered).filter((each) => !isOfBreak || each.steps.includes(breaks.name))
    : [];
  // Where goroutines pile up, requests wait: at these places that is told.
  const sites = [cause, ...followed.filter(({ id }) => id !== pileUp), ...fronts].map((each) => each?.site);
  const links = cause
    ? [
        ...followed
          .filter(({ id, site }) => id !== pileUp || !sites.includes(site))
          .slice(0, mostFollowed)
          .map((finding) => findingLink(finding, run)),
        ...fronts.map(({ link }) => link),
      ]
    : run.movers
        .filter(({ target }) => target !== generatorTarget)
        .slice(0, mostMovers)
        .map(moverLink);
  if (links.length === 0) return [];
  return inTime([...links, ...(breaks && (isOfBreak || !cause) ? [usersLink(breaks, holds)] : [])]);
}

/** Symptoms last, those first that explain others, and among equals those that were seen first. */
function followedBy(cause: Finding, ordered: readonly Finding[]): Finding[] {
  const left = [...ofUsers, ...ofSameCpu, cause.id];
  const followed = ordered.filter(
    ({ id, severity }) => severity !== 'note' && cause.explains?.includes(id) && !left.includes(id),
  );
  const isSymptom = ({ role }: Finding) => Number(role === 'symptom');
  const explains = (one: Finding, other: Finding) => one.explains?.includes(other.id) === true;
  const rank = (finding: Finding) =>
    followed.filter((other) => explains(other, finding) && !explains(finding, other)).length;
  const sinceUs = (finding: Finding) => finding.sinceUs ?? Number.MAX_VALUE;
  return followed.toSorted((a, b) => isSymptom(a) - isSymptom(b) || rank(a) - rank(b) || sinceUs(a) - sinceUs(b));
}

function findingLink({ id, title, targets, sinceUs }: Finding, run: ChainEvidence): Link {
  return {
    text: title,
    finding: id,
    ...(targets?.[0] === undefined ? {} : { target: targets[0] }),
    ...momentOf(sinceUs, run),
  };
}

/** The services that wait for the one of the cause, from it to the load. */
function frontLinks(
  { targets: [target] = [] }: Finding,
  run: ChainEvidence,
): { readonly site: string; readonly link: Link }[] {
  const { told, scenario, targets } = run;
  if (!told) return [];
  const { services } = waitingChain(told, scenario);
  const at = services.indexOf(targets.find(({ id }) => id === target)?.service ?? '');
  return services
    .slice(0, Math.max(0, at))
    .toReversed()
    .flatMap((service, index) => {
      const waits = told.sites.find((site) => site.service === service && site.kind === 'network' && site.excess > 0);
      return waits ? [{ site: waits.site, link: frontLink(waits, services[at - index] ?? '', run) }] : [];
    });
}

function frontLink({ service, mean, site, targets, sinceUs }: WaitSite, next: string, run: ChainEvidence): Link {
  return {
    text: `${service} waits for ${next}: ${formatNumber(mean)} goroutines in ${shortFunction(site)}`,
    ...(targets[0] === undefined ? {} : { target: targets[0] }),
    ...momentOf(sinceUs, run),
  };
}

/** When it was seen first, where that was within the step that broke: the start of a step is no moment at which anything was seen. */
function momentOf(sinceUs: number | undefined, { steps, broken: { breaks } }: ChainEvidence): Pick<Link, 'atUs'> {
  const isStart = steps.some(({ startUs }) => startUs === sinceUs);
  return sinceUs === undefined || isStart || sinceUs < (breaks?.startUs ?? 0) ? {} : { atUs: Math.round(sinceUs) };
}

/** Looks are too far apart to date what follows at once: a link that seems to come before the one that it follows from has no time. */
function inTime(links: readonly Link[]): Link[] {
  let latestUs = 0;
  return links.map(({ atUs, ...link }) => {
    if (atUs === undefined || atUs < latestUs) return link;
    latestUs = atUs;
    return { ...link, atUs };
  });
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

/** A p99 that became no longer says nothing of a break: failures may be quick. */
function usersLink(breaks: StepResult, holds: StepResult | undefined): Link {
  const { load } = breaks;
  const lost = load.failed + load.timedOut + load.dropped;
  const p99Us = toldP99Us(breaks);
  const held = holds ? ` (${formatLatencyUs(toldP99Us(holds))} at ${heldAt(holds, breaks)})` : '';
  const lacking = [
    ...(fallsBehind(breaks, holds) ? [answeredText(breaks)] : []),
    ...(lost > 0 ? [`${formatNumber((100 * lost) / load.planned)} % without a good answer`] : []),
  ];
  const isLonger = !holds || p99Us > toldP99Us(holds) || lacking.length === 0;
  const p99 = isLonger ? [`p99 ${formatLatencyUs(p99Us)}${held}`] : [];
  return {
    text: `Users at ${formatNumber(load.plannedRps)}/s: ${[...p99, ...lacking].join(', ')}`,
    target: generatorTarget,
    series: 'load.response_p99_us',
  };
}

/** Two steps of one rate are told apart by their names. */
function heldAt(holds: StepResult, breaks: StepResult): string {
  const [rate, other] = [holds, breaks].map(({ load }) => `${formatNumber(load.plannedRps)}/s`);
  return rate === undefined || rate === other ? stepText(holds) : rate;
}
