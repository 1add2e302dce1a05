/** Raw samples of one run to its result: everything a report shows is computed here, and only here. */

import type { Diagnosis, Finding } from '../model/finding.ts';
import type { GeneratorFacts, GeneratorMachine, GeneratorTick } from '../model/generators.ts';
import type { LoadTick, LoadWindow } from '../model/load.ts';
import { isObservation, type RawRun, type RecordedScenario } from '../model/raw-run.ts';
import {
  type EarlyEnd,
  type InvalidReason,
  type RunResult,
  resultSchemaVersion,
  type Series,
  type StepResult,
} from '../model/run-result.ts';
import type {
  ClockRelation,
  Doubt,
  Gap,
  ProfileSample,
  ProgramTold,
  Reading,
  RunEvent,
  Sample,
  Stacks,
} from '../model/sample.ts';
import { type LoadSpec, recordedOf } from '../model/scenario.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { findingsOf } from './diagnosis/ordered-findings.ts';
import { slosOf, wholeOf } from './faults/judged-rules.ts';
import { faultsOf, membershipOf } from './faults/run-faults.ts';
import { boundedSeries } from './run/bounded-series.ts';
import { boundedSteps } from './run/bounded-steps.ts';
import { byTarget, toClock } from './run/clocks.ts';
import { earlyEndOf } from './run/early-end.ts';
import { failedFaults, faultWarnings } from './run/failed-faults.ts';
import { floorWarnings } from './run/floor-warnings.ts';
import { mergeGaps, unseenWarnings } from './run/gaps.ts';
import { generatorReasons } from './run/generator-reasons.ts';
import { generatorReadings } from './run/generator-series.ts';
import {
  type GeneratorEvidence,
  type GeneratorPart,
  generatorParts,
  generatorsReadings,
  generatorWarnings,
} from './run/generators.ts';
import { goroutineLeaks } from './run/goroutine-leaks.ts';
import { heatOf } from './run/heat.ts';
import { localQueuesOf } from './run/local-queues.ts';
import { ofKind } from './run/of-kind.ts';
import { procsChanges } from './run/procs-changes.ts';
import { profileWorks } from './run/profile-work.ts';
import { programWarnings, withPrograms } from './run/programs.ts';
import { schedLatencyWarnings } from './run/sched-latency.ts';
import { collectSeries } from './run/series.ts';
import { startSkewWarnings } from './run/start-skew.ts';
import { type StepSpan, stepSpans } from './run/step-spans.ts';
import { invalidReasons } from './run/validity.ts';
import { wholeSteps } from './run/whole-steps.ts';
import { runTraces } from './traces/run-traces.ts';
import { looksOf } from './waits/looks.ts';
import { underWayOf } from './waits/under-way.ts';
import { waitsOf } from './waits/wait-sites.ts';

/** The result of one run; a run without outcome was cut off and is partial. */
export function buildResult(run: RawRun): RunResult {
  const { manifest, outcome, samples } = run;
  const windows = ofKind<LoadWindow>(samples, 'window');
  const ticks = ofKind<LoadTick>(samples, 'tick');
  const stacks = ofKind<Stacks>(samples, 'stacks');
  const told = toldReadings(samples);
  const series = collectSeries(told, run.readings);
  const serviceOf = servicesOf(manifest.environment.targets);
  const works = profileWorks(ofKind<ProfileSample>(samples, 'profile'));
  const leaks = goroutineLeaks(ofKind<ProfileSample>(samples, 'profile'));
  const spans = stepSpans(run);
  const steps = wholeSteps(run, { series, works });
  const targets = withPrograms(manifest.environment.targets, ofKind<ProgramTold>(samples, 'program'));
  const measured = steps.filter((step) => step.kind === 'measure');
  const events = [...ofKind<RunEvent>(samples, 'event'), ...procsChanges(series)].sort(byTime);
  const looks = looksOf(stacks, targets);
  const underWayAt = windows.length > 0 ? underWayOf(windows) : undefined;
  const waits = waitsOf({ steps: measured, series, looks, scenario: manifest.scenario, underWayAt });
  const faults = faultsOf(run, steps, spans);
  const traced = runTraces(run, windows, serviceOf);
  const evidence = {
    ...traced,
    ...faults,
    ...{ steps: measured, leaks, series, stacks, works, looks, waits, events, windows, targets },
    scenario: manifest.scenario,
    cores: manifest.environment.cpus,
  };
  const members = membershipOf(run);
  const findings = findingsOf(evidence);
  const { scenario } = manifest;
  const end = earlyEndOf(outcome?.endedBy, scenario.load?.steps ?? [], spans);
  const generators = generatorParts(generatorEvidence(samples, spans));
  const reasons = reasonsOf(run, steps, generators, end);
  const slo = slosOf(scenario, { steps, whole: wholeOf(spans, windows, ticks), end, ...faults, ...members });
  const diagnosis = isObservation(scenario) ? undefined : diagnose(evidence, findings, { invalid: reasons, slo });
  return {
    schemaVersion: resultSchemaVersion,
    kind: 'run',
    id: manifest.id,
    startedAt: manifest.startedAt,
    tool: { name: 'rampart', version: manifest.toolVersion },
    ...(manifest.scenario.tags ? { tags: manifest.scenario.tags } : {}),
    scenario: scenarioOf(manifest.scenario),
    environment: { ...manifest.environment, facts: { ...manifest.environment.facts }, targets },
    ...(manifest.calibration ? { calibration: manifest.calibration } : {}),
    status: outcome?.status ?? 'partial',
    ...(outcome?.failure ? { failure: outcome.failure } : {}),
    validity: { verdict: reasons.length === 0 ? 'valid' : 'invalid', reasons },
    warnings: warningsOf(run, { targets, series, measured, steps, generators }),
    observers: [...manifest.observers],
    ...(generators.length > 0 ? { generators: generators.map(({ result }) => result) } : {}),
    steps: boundedSteps(steps, toldSteps(findings, diagnosis)),
    ...heatOf(windows),
    series: boundedSeries(series),
    ...localQueuesOf(told, run.readings),
    ...(leaks ? { leaks } : {}),
    ...traced,
    clocks: ofKind<ClockRelation>(samples, 'clock').map(toClock).sort(byTarget),
    events: events.map(toEvent),
    gaps: mergeGaps(ofKind<Gap>(samples, 'gap')),
    findings,
    ...faults,
    ...members,
    ...(diagnosis ? { diagnosis } : {}),
    ...(end ? { endedEarly: end } : {}),
    slo,
  };
}

function toldReadings(samples: readonly Sample[]): Reading[] {
  return [
    ...ofKind<Reading>(samples, 'reading'),
    ...generatorReadings(ofKind<LoadWindow>(samples, 'window'), ofKind<LoadTick>(samples, 'tick')),
    ...generatorsReadings(generatorEvidence(samples, [])),
  ];
}

function reasonsOf(
  run: RawRun,
  steps: readonly StepResult[],
  generators: readonly GeneratorPart[],
  end: EarlyEnd | undefined,
): InvalidReason[] {
  const { scenario } = run.manifest;
  const invalid = invalidReasons(scenario, steps, end);
  return [
    ...incompleteness(run),
    ...invalid,
    ...generatorReasons(scenario, generators, steps, invalid),
    ...failedFaults(run.samples),
  ];
}

function generatorEvidence(samples: readonly Sample[], spans: readonly StepSpan[]): GeneratorEvidence {
  return {
    facts: ofKind<GeneratorFacts>(samples, 'generator'),
    ticks: ofKind<GeneratorTick>(samples, 'generator-tick'),
    machines: ofKind<GeneratorMachine>(samples, 'generator-machine'),
    windows: ofKind<LoadWindow>(samples, 'window'),
    spans,
  };
}

interface Warned {
  readonly targets: RunResult['environment']['targets'];
  readonly series: readonly Series[];
  readonly measured: readonly StepResult[];
  readonly steps: readonly StepResult[];
  readonly generators: readonly GeneratorPart[];
}

function warningsOf({ manifest, samples }: RawRun, { targets, series, measured, steps, generators }: Warned): string[] {
  const { scenario } = manifest;
  const mayShareNode = !isObservation(scenario) && scenario.validity?.mayShareNode;
  return [
    ...manifest.warnings,
    ...programWarnings(targets),
    ...schedLatencyWarnings(targets, series),
    ...doubtWarnings(ofKind<Doubt>(samples, 'doubt')),
    ...unseenWarnings(ofKind<Gap>(samples, 'gap')),
    ...faultWarnings(samples),
    ...(mayShareNode ? [] : generatorWarnings({ facts: ofKind<GeneratorFacts>(samples, 'generator') })),
    ...startSkewWarnings(generators, steps),
    ...ofKind<RunEvent>(samples, 'event').flatMap(({ event, message }) =>
      event === 'address-refused' ? [message] : [],
    ),
    ...(manifest.calibration ? floorWarnings(manifest.calibration, measured) : []),
  ];
}

function scenarioOf(scenario: RecordedScenario): RunResult['scenario'] {
  return isObservation(scenario)
    ? { ...scenario }
    : { ...scenario, load: { ...scenario.load, ...arrivalsOf(scenario.load) } };
}

function arrivalsOf(load: LoadSpec): Pick<NonNullable<RunResult['scenario']['load']>, 'arrivals' | 'recording'> {
  const recording = recordedOf(load);
  if (recording) return { arrivals: 'recorded', recording };
  return { arrivals: typeof load.arrivals === 'string' ? load.arrivals : 'uniform' };
}

function servicesOf(targets: RawRun['manifest']['environment']['targets']): (target: string) => string {
  const services = new Map(targets.map(({ id, service }) => [id, service]));
  return (target) => services.get(target) ?? target;
}

function incompleteness(run: RawRun): InvalidReason[] {
  if (run.outcome?.status === 'complete' || run.outcome?.endedBy) return [];
  const message = run.outcome?.failure?.message ?? 'the run was cut off before it could end in order';
  return [{ code: 'incomplete', message: `the run is not complete: ${message.split('\n')[0]}` }];
}

/** The steps between which it broke, and the first ones of each finding. */
function toldSteps(findings: readonly Finding[], diagnosis: Diagnosis | undefined): ReadonlySet<string> {
  const { holdsStep, untoldStep, breaksStep } = diagnosis?.capacity ?? {};
  const named = findings.flatMap(({ steps }) => steps.slice(0, 2));
  return new Set([breaksStep ?? '', holdsStep ?? '', untoldStep ?? '', ...named]);
}

function byTime(a: RunEvent, b: RunEvent): number {
  return a.atUs - b.atUs;
}

function toEvent({ atUs, target, event, message }: RunEvent): RunResult['events'][number] {
  return { atUs: Math.round(atUs), ...(target === undefined ? {} : { target }), kind: event, message };
}

/** Each doubt once, with the target that it is of. */
function doubtWarnings(doubts: readonly Doubt[]): string[] {
  return [...new Set(doubts.map(({ target, message }) => `${target}: ${message}`))];
}
