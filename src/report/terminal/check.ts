/** What a scenario would do, for people. */
import type { CheckedScenario } from '../../model/scenario-check.ts';
import { formatCount, formatDurationMs, formatNumber } from '../../model/units.ts';
import { alignedRows } from '../words/aligned-rows.ts';

type Step = CheckedScenario['plan']['steps'][number];

/** A block of lines that begins with the name of the scenario. */
export function checkText(checked: CheckedScenario): string {
  const { name, file, load, observes, rules, faults, variants, warnings } = checked;
  const facts = [
    ['starts', startsText(checked)],
    [
      'load',
      `${load.mode === 'closed' ? 'a closed loop' : `an ${load.mode} loop`} to ${load.target}: ${[...(load.flows ?? []), ...load.requests].join('; ')}`,
    ],
    ['plan', planText(checked)],
    ...(load.recording === undefined ? [] : [['recording', load.recording]]),
    ...(observes.length > 0 ? [['observes', observes.join(', ')]] : []),
    ...(rules.length > 0 ? [['rules', rules.join('; ')]] : []),
    ...(faults.length > 0 ? [['faults', faults.join(', ')]] : []),
    ...(variants.length > 0 ? [['variants', variants.join(', ')]] : []),
    ...warnings.map((warning) => ['warning', warning]),
  ];
  return [
    `${name}  ${file}: can be run`,
    ...alignedRows(facts).map((line) => `  ${line}`),
    '',
    ...stepLines(checked),
    '',
  ].join('\n');
}

function startsText({ starts: { engine, services, attachesTo } }: CheckedScenario): string {
  if (services.length === 0) return attachesTo.length === 0 ? 'nothing' : `nothing; looks at ${attachesTo.join(', ')}`;
  const how = engine === 'auto' ? 'with Docker where an engine answers, else as local processes' : `engine ${engine}`;
  const each = services.map(({ name, replicas, from }) => `${name}${replicas === 1 ? '' : ` ×${replicas}`} (${from})`);
  return `${each.join(', ')}; ${how}`;
}

function planText({ plan, load }: CheckedScenario): string {
  const { durationMs, idleMs, arrivals, measuredArrivals = 0, isExact, steps } = plan;
  const about = isExact ? '' : 'about ';
  const what = load.flows ? 'arrivals' : 'requests';
  const sent =
    arrivals === undefined
      ? 'as many requests as answers come'
      : `${about}${formatCount(arrivals)} ${what}${measuredArrivals === arrivals ? '' : `, ${about}${formatCount(measuredArrivals)} of them measured`}`;
  const idle = idleMs > 0 ? `, ${formatDurationMs(idleMs)} of it idle before the first` : '';
  return `${steps.length} ${steps.length === 1 ? 'step' : 'steps'} in ${formatDurationMs(durationMs)}${idle}; ${sent}`;
}

function stepLines({ plan, load }: CheckedScenario): string[] {
  const rows = plan.steps.map((step) => [
    step.name,
    formatDurationMs(step.durationMs),
    step.arrivals === undefined ? '' : formatCount(step.arrivals),
    shapeText(step),
    step.measure ? '' : 'not measured',
  ]);
  return alignedRows([['step', 'for', load.flows ? 'arrivals' : 'requests', 'rate', ''], ...rows]).map(
    (line) => `  ${line}`,
  );
}

/** What of a shape its name may not say. */
function shapeText({ shape }: Step): string {
  const { kind, ...rest } = shape as { readonly kind: string } & Readonly<Record<string, number>>;
  const rate = (key: string) => `${rest[key]}/s`;
  switch (kind) {
    case 'constant':
      return rate('rps');
    case 'linear':
      return `${rate('fromRps')} to ${rate('toRps')}`;
    case 'spike':
      return `${rate('baseRps')}, peak ${rate('peakRps')} for ${formatDurationMs(rest['peakMs'] ?? 0)}`;
    case 'sine':
      return `${rate('meanRps')} ± ${rate('amplitudeRps')} in ${formatDurationMs(rest['periodMs'] ?? 0)}`;
    case 'closed':
      return `${rest['connections']} connections`;
    case 'recorded':
      return `recorded, ${formatNumber(rest['rps'] ?? 0)}/s on average, ${formatNumber(rest['peakRps'] ?? 0)}/s at most`;
    default:
      return kind;
  }
}
