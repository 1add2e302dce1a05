/** A verdict in words: what was shown and what was ruled out, with the numbers behind it; never that there is no regression. */
import type { GateSettings } from '../../model/gate-input.ts';
import { canOnlyFail, isFaultMetric } from '../../model/gate-terms.ts';
import {
  type CellReading,
  type Decision,
  type GateVerdict,
  type RuleReading,
  wholeRun,
} from '../../model/gate-verdict.ts';
import { formatLatencyUs, formatNumber, formatPercent, formatShare, formatSignedPercent } from '../../model/units.ts';
import { logOfShare, percentOfLog, roundsFor } from '../statistics/effect.ts';

/** More rounds than this are not proposed: something else has to change. */
const mostRounds = 96;

/** Rounds with a single slow request in one of the arms differ by a hundred times as much. */
const equalShareLog = 0.01;

/** One line of a verdict; `label` is what it stands for. */
export interface Statement {
  readonly label: 'FAIL' | 'WAIVED' | 'PASS' | 'OPEN' | 'INVALID' | 'NOTE';
  readonly text: string;
}

/** The verdict's lines, most important first. */
export function gateStatements(verdict: GateVerdict, settings: GateSettings): Statement[] {
  const { decision, invalid, isNoisy, setAside, usedRounds, rules, cutOff, slotEffect } = verdict;
  const cells = decision?.cells ?? [];
  const firstLook = settings.looks[0] ?? 0;
  return [
    ...invalid.map(({ message }) => line('INVALID', message)),
    ...(isNoisy ? [line('OPEN', 'too many windows were disturbed by other work on this machine to say anything')] : []),
    ...(!decision && invalid.length === 0 && !isNoisy
      ? [line('OPEN', `${usedRounds} usable rounds, the first look needs ${firstLook}`)]
      : []),
    ...cells.filter(({ outcome }) => outcome === 'worse').map((cell) => line('FAIL', shown(cell, verdict, settings))),
    ...rules.filter(({ outcome }) => outcome === 'missed').map((reading) => line('FAIL', ruleText(reading))),
    ...(cutOff
      ? [
          line(
            'OPEN',
            `runs of the candidate were cut off ${cutOff.candidate} times, those of the baseline ${cutOff.baseline}: it cannot pass by the runs that went well`,
          ),
        ]
      : []),
    ...waived(cells, verdict, settings),
    ...open(verdict, settings),
    ...nothingInCommon(verdict, settings),
    ...ruledOut(cells, settings),
    ...uncrossed(verdict),
    ...rules.filter(({ outcome }) => outcome === 'met').map((reading) => line('PASS', ruleText(reading))),
    ...(decision?.absent ?? []).map(({ step, reason, isCovered }) =>
      line(
        isCovered ? 'NOTE' : 'OPEN',
        `step ${step} is not judged by its latency (${reason})${isCovered ? ', but through capacity' : ' and capacity cannot judge it: name a limit that its ramp reaches, or leave it out'}`,
      ),
    ),
    ...improved(cells),
    ...cells
      .filter(({ waiver, outcome }) => waiver && outcome !== 'waived')
      .map((cell) => line('NOTE', `${nameOf(cell)} has a waiver of ${cell.waiver?.owner} that was not needed`)),
    ...(slotEffect === undefined || slotEffect === null
      ? []
      : [
          line(
            'NOTE',
            `whichever arm ran second was ${direction(slotEffect)}: state is carried over from one to the next`,
          ),
        ]),
    ...setAside.map(({ round, arm, message }) =>
      line('NOTE', `round ${(round ?? 0) + 1} set aside, ${arm}: ${message}`),
    ),
  ];
}

function line(label: Statement['label'], text: string): Statement {
  return { label, text };
}

/** `p99 at step 800`, `capacity`, or `recovery from leader-lost`. */
function nameOf({ metric, step, of }: CellReading): string {
  const what = metric === 'slow-share' ? 'share of slow requests' : metric === 'lost' ? 'arrivals lost' : metric;
  if (of !== undefined) return metric === 'converged' ? of : `${what} ${metric === 'lost' ? 'to' : 'from'} ${of}`;
  return step === undefined ? what : `${what} at step ${step}`;
}

function shown(cell: CellReading, { decision }: GateVerdict, settings: GateSettings): string {
  const tolerance = canOnlyFail(cell.metric) ? 50 : settings.tolerance * 100;
  return (
    `${nameOf(cell)}: ${estimate(cell)}, adjusted p = ${probability(cell.p)}, ${decision?.look.rounds} rounds; ` +
    `tolerance ${formatPercent(tolerance)}${couldSee(cell)}`
  );
}

/** `+11.8 % (90 % interval +8.1 … +15.4 %), slower`. */
function estimate(cell: CellReading): string {
  const { metric, low, high, waits } = cell;
  if (waits) return waitsText(cell, waits);
  const more = canOnlyFail(metric) ? 'more' : metric === 'capacity' ? 'lost' : 'slower';
  const less = canOnlyFail(metric) ? 'fewer' : metric === 'capacity' ? 'gained' : 'faster';
  const word = (cell.estimate ?? 0) >= 0 ? more : less;
  return `${signed(cell.estimate)} ${word} (90 % interval ${signed(low)} … ${signed(high)})`;
}

/** Where every round came to an end, the change; else in how many rounds of each arm it did not. */
function waitsText({ estimate: log, low, high }: CellReading, waits: NonNullable<CellReading['waits']>): string {
  const { baseline, candidate, leftOut } = waits;
  const left = leftOut > 0 ? `; ${leftOut} rounds say nothing and are left out` : '';
  const arms = [armText('baseline', baseline), armText('candidate', candidate)].join(', ');
  if (log === null || baseline.never + candidate.never > 0) return `${arms}${left}`;
  const word = log >= 0 ? 'longer' : 'shorter';
  return `${signed(log)} ${word} (90 % interval ${signed(low)} … ${signed(high)}), ${arms}${left}`;
}

function armText(arm: string, { took, none, never, unknown, medianUs }: NonNullable<CellReading['waits']>['baseline']) {
  const rounds = took + none + never + unknown;
  const parts = [
    ...(never > 0 ? [`never in ${never} of ${rounds} rounds`] : []),
    ...(medianUs === undefined ? [] : [`median ${formatLatencyUs(medianUs)}${never > 0 ? ` in ${took}` : ''}`]),
    ...(none > 0 ? [`nothing to wait for in ${none} of ${rounds} rounds`] : []),
    ...(unknown > 0 ? [`cannot be told in ${unknown} of ${rounds} rounds`] : []),
  ];
  return `${arm} ${parts.join(' and ')}`;
}

function couldSee({ detectable, waits }: CellReading): string {
  return waits && detectable === null ? '' : `, this gate could see ${signed(detectable)}`;
}

function waived(cells: readonly CellReading[], verdict: GateVerdict, settings: GateSettings): Statement[] {
  return cells
    .filter(({ outcome }) => outcome === 'waived')
    .map((cell) => line('WAIVED', `${shown(cell, verdict, settings)}${answerer(cell)}`));
}

function answerer({ waiver }: CellReading): string {
  return waiver ? `; ${waiver.owner} answers for it until ${waiver.expires}: ${waiver.reason}` : '';
}

function open(verdict: GateVerdict, settings: GateSettings): Statement[] {
  const { decision } = verdict;
  if (!decision) return [];
  const cells = decision.cells.filter(
    ({ metric, outcome, waiver }) => !canOnlyFail(metric) && outcome === 'open' && !waiver,
  );
  const ofCells = cells.map((cell) => line('OPEN', openCell(cell, decision, settings)));
  const ofRules = verdict.rules
    .filter(({ outcome }) => outcome === 'open' || outcome === 'no-data')
    .map((reading) => line('OPEN', ruleText(reading)));
  return [...ofCells, ...ofRules];
}

/** Faults and conditions are judged where both arms have them. */
function nothingInCommon({ decision }: GateVerdict, { metrics }: GateSettings): Statement[] {
  if (!decision || decision.cells.length > 0) return [];
  return metrics
    .filter(isFaultMetric)
    .map((metric) =>
      line(
        'OPEN',
        `${metric}: the arms have no ${metric === 'converged' ? 'condition' : 'fault'} in common, so nothing was judged by it`,
      ),
    );
}

function openCell(cell: CellReading, { look, cells }: Decision, { tolerance, detect }: GateSettings): string {
  const wanted = logOfShare(detect) - logOfShare(tolerance);
  const { alpha, beta } = look;
  const rounds = roundsFor(wanted, { sd: cell.sd, columns: cells.length, alpha, beta }, mostRounds);
  const way =
    rounds === undefined || rounds <= look.rounds
      ? 'longer steps or a quieter machine would settle it'
      : `about ${rounds - look.rounds} more rounds or longer steps would settle it`;
  return `${nameOf(cell)}: ${estimate(cell)}, neither shown worse than ${formatShare(tolerance)} nor bounded below ${formatShare(detect)}${couldSee(cell).replace(',', ';')}; ${way}`;
}

/** What one column of a decision says, in a sentence. */
export function cellText(cell: CellReading, verdict: GateVerdict, settings: GateSettings): string {
  if (cell.outcome === 'worse' || cell.outcome === 'waived')
    return `${shown(cell, verdict, settings)}${answerer(cell)}`;
  if (cell.outcome === 'ruled-out')
    return `${nameOf(cell)}: any ${lossWord(cell)} is below ${formatShare(settings.detect)} (upper bound ${signed(cell.upper)}${couldSee(cell).replace(',', ';')})`;
  if (!canOnlyFail(cell.metric) && verdict.decision)
    return `${openCell(cell, verdict.decision, settings)}${answerer(cell)}`;
  if (isEquallySlow(cell))
    return `${nameOf(cell)}: as many requests were slow in one arm as in the other, in every round; perhaps none`;
  return `${nameOf(cell)}: ${estimate(cell)}, not shown to be beyond +50 %; it can fail a gate, but rules nothing out`;
}

function lossWord({ metric, waits }: CellReading): string {
  return waits ? 'increase' : metric === 'capacity' ? 'loss' : 'slowdown';
}

/**
 * Whether both arms had equally many slow requests in every round, as when there are none: an interval without width would claim too much.
 */
export function isEquallySlow({ metric, estimate, sd }: CellReading): boolean {
  // Shares differ a little where the arms answered different numbers of requests.
  return (
    metric === 'slow-share' && Math.abs(estimate ?? Number.POSITIVE_INFINITY) < equalShareLog && sd < equalShareLog
  );
}

/** What is said of capacity where no ramp crossed its limit. */
function uncrossed({ decision }: GateVerdict): Statement[] {
  const { uncrossed: side } = decision ?? {};
  if (side === undefined) return [];
  const isJudged = decision?.cells.some(({ metric }) => metric === 'p99') ?? false;
  if (side === 'below')
    return [
      line(
        isJudged ? 'NOTE' : 'OPEN',
        'capacity: every ramp of both arms was beyond its limit from its lowest step on',
      ),
    ];
  return [
    line(
      isJudged ? 'NOTE' : 'OPEN',
      `capacity: no ramp of either arm reached its limit, so up to the last step none was lost${isJudged ? '' : ', but nothing was judged: add a step beyond it, or a lower limit (slo: p99 < …)'}`,
    ),
  ];
}

function ruledOut(cells: readonly CellReading[], { detect }: GateSettings): Statement[] {
  const latency = cells.filter(({ metric, outcome }) => metric === 'p99' && outcome === 'ruled-out');
  const others = cells.filter(
    ({ metric, outcome }) => metric !== 'p99' && !canOnlyFail(metric) && outcome === 'ruled-out',
  );
  const bounds = latency.map(({ upper }) => signed(upper)).join(', ');
  const seen = latency.map(({ detectable }) => signed(detectable)).join(', ');
  return [
    ...(latency.length > 0
      ? [
          line(
            'PASS',
            `p99 at ${latency.map(({ step }) => step).join(', ')}: any slowdown is below ${formatShare(detect)} (upper bounds ${bounds}; this gate could see ${seen})`,
          ),
        ]
      : []),
    ...others.map((cell) =>
      line(
        'PASS',
        `${nameOf(cell)}: any ${lossWord(cell)} is below ${formatShare(detect)} (upper bound ${signed(cell.upper)}${couldSee(cell).replace(',', ';')})`,
      ),
    ),
  ];
}

function improved(cells: readonly CellReading[]): Statement[] {
  return cells
    .filter(({ metric, high }) => !canOnlyFail(metric) && high !== null && high < 0)
    .map((cell) => line('NOTE', `${nameOf(cell)}: ${estimate(cell)}`));
}

/** What came of a rule on one step, in a sentence. */
export function ruleText(reading: RuleReading): string {
  return /^(?:recovery|converged)\s*[(<]/.test(reading.rule) ? waitText(reading) : stepRuleText(reading);
}

function waitText({ rule, step, outcome, excess, bound }: RuleReading): string {
  if (outcome === 'no-data') return `${rule}: nothing of the kind can be told of the candidate`;
  if (excess !== null) return boundText(`${rule}, ${step}`, { outcome, excess, bound });
  return outcome === 'missed'
    ? `${rule}, ${step}: missed, and in most rounds there is no end to it`
    : `${rule}, ${step}: ${outcome === 'met' ? 'met, and in most rounds there was nothing to wait for' : 'neither met nor missed, and in some rounds there is no end to it'}`;
}

function stepRuleText({ rule, step, outcome, isMeasured, excess, bound }: RuleReading): string {
  const isWhole = step === wholeRun;
  const at = `${rule}${isWhole ? ' over the run' : ` at step ${step}`}`;
  if (outcome === 'no-data')
    return isMeasured
      ? `${at}: no run has enough of what it is about, such as answers for a percentile`
      : `${rule}: ${isWhole ? 'nothing was measured that it is about' : `step ${step} was not measured`}`;
  if (excess !== null || bound !== null) return boundText(at, { outcome, excess, bound });
  // Of a number of arrivals only whether it was as it should be counts.
  return `${at}: ${outcome === 'open' ? 'neither met nor missed' : outcome}, by the rounds in which it held`;
}

function boundText(at: string, { outcome, excess, bound }: Pick<RuleReading, 'outcome' | 'excess' | 'bound'>): string {
  const seen = `${at}: ${signed(excess)}`;
  if (outcome === 'open') return `${seen} against its bound, neither met nor missed`;
  return outcome === 'missed'
    ? `${seen} beyond its bound, at least ${signed(bound)}`
    : `${seen} against its bound, at most ${signed(bound)}`;
}

function direction(log: number): string {
  return `${signed(Math.abs(log))} ${log >= 0 ? 'slower' : 'faster'}`;
}

function signed(log: number | null): string {
  return log === null ? 'unbounded' : formatSignedPercent(percentOfLog(log));
}

function probability(p: number): string {
  return p < 0.001 ? p.toExponential(0) : formatNumber(p);
}
