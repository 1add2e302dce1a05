/** What a live run leaves on disk for analysis: a manifest from its start, samples as they happened, and an outcome from its end. */
import type { Calibration } from './calibration.ts';
import type { ReadingTable } from './reading-table.ts';
import type { EarlyEnd, RunResult } from './run-result.ts';
import type { ProfileSample, Sample, TraceWindow } from './sample.ts';
import type { Scenario } from './scenario.ts';

/** What was looked at without load: where the targets were found. */
interface ObservedSpec {
  readonly engine: 'observe';
  readonly targets: readonly Readonly<Record<string, unknown>>[];
}

/** An observation: it sends nothing, so it has no load, no target of one, no seed and no limits for its generator. */
export type ObservedScenario = Pick<Scenario, 'name' | 'description' | 'tags' | 'observe' | 'slo'> & {
  readonly topology: ObservedSpec;
  readonly target?: undefined;
  readonly load?: undefined;
};

/** What was asked for; without `load` nothing is sent. */
export type RecordedScenario = Scenario | ObservedScenario;

/** Whether nothing is sent, and targets are only looked at; the only place that asks. */
export function isObservation<Asked extends { readonly load?: unknown }>(
  scenario: Asked,
): scenario is Asked & { readonly load?: undefined } {
  return scenario.load === undefined;
}

/** The name of the one step of an observation. */
export const observedStep = 'observed';

/** Names of the steps, by their index. */
export function stepNamesOf(scenario: RecordedScenario): readonly string[] {
  return isObservation(scenario) ? [observedStep] : scenario.load.steps.map(({ name }) => name);
}

/** Written when the topology is ready and before the first sample. */
export interface RunManifest {
  readonly id: string;
  readonly toolVersion: string;
  /** Wall time of the origin, ISO 8601, UTC. */
  readonly startedAt: string;
  readonly scenario: RecordedScenario;
  readonly environment: RunResult['environment'];
  /** Of this machine and version; absent when there is none. */
  readonly calibration?: Calibration | undefined;
  readonly warnings: readonly string[];
  readonly observers: readonly { readonly kind: string; readonly cost: string }[];
  /** When the first step was to start, microseconds since the origin. */
  readonly startUs: number;
  /** When the first process of the topology was started, before the origin and so negative; absent where it ran before. */
  readonly firstStartUs?: number | undefined;
}

/** Why a run stopped early, as the user is told. */
export type RunFailure = NonNullable<RunResult['failure']>;

/** The rule that ended a run, as it was known at that moment. */
export type RuleEnd = Pick<EarlyEnd, 'rule' | 'brokenIn' | 'atUs' | 'observed'>;

/** Written when a run has ended in any orderly way; absent after a crash of rampart itself. */
export interface RunOutcome {
  readonly status: 'complete' | 'partial' | 'failed';
  readonly failure?: RunFailure | undefined;
  /** Of a partial run that nothing went wrong with. */
  readonly endedBy?: RuleEnd | undefined;
  readonly endUs: number;
}

/** One run as analysis reads it. */
export interface RawRun {
  readonly manifest: RunManifest;
  readonly outcome: RunOutcome | undefined;
  /** In the order they were taken; of a run that was read from disk without its readings. */
  readonly samples: readonly Sample[];
  /** Those of a run that was read from disk. */
  readonly readings?: ReadingTable | undefined;
  /** The bytes of a file of the run, by its path within it; undefined when it is gone. Absent where there are no files. */
  piecesOf?(file: string): Iterable<Uint8Array> | undefined;
}

/** Files of a run directory, relative to it; the table in docs/reading-a-report.md is the user's copy. */
export const runFiles = {
  scenario: 'scenario.yaml',
  result: 'result.json',
  manifest: 'raw/manifest.json',
  outcome: 'raw/outcome.json',
  readings: 'raw/readings.ndjson',
  stacks: 'raw/stacks.ndjson',
  load: 'raw/load.ndjson',
  profileList: 'raw/profiles.ndjson',
  profiles: 'profiles',
  traceList: 'raw/traces.ndjson',
  traces: 'traces',
  events: 'raw/events.ndjson',
  histogramLog: 'latency.hlog',
  logs: 'logs',
} as const;

/** The report for people, in the directory of a run, a comparison or a gate. */
export const reportFile = 'report.html';

/** The raw file that a sample belongs in, relative to the run directory. */
export function rawFileOf(sample: Sample): string {
  switch (sample.kind) {
    case 'reading':
      return runFiles.readings;
    case 'stacks':
      return runFiles.stacks;
    case 'profile':
      return runFiles.profileList;
    case 'trace':
    case 'trace-verdict':
      return runFiles.traceList;
    case 'event':
    case 'fault':
    case 'condition':
    case 'role':
    case 'gap':
    case 'doubt':
    case 'program':
    case 'clock':
      return runFiles.events;
    default:
      return runFiles.load;
  }
}

/** All raw files that hold samples. */
export const sampleFiles: readonly string[] = [
  runFiles.readings,
  runFiles.stacks,
  runFiles.load,
  runFiles.profileList,
  runFiles.traceList,
  runFiles.events,
];

const fileEndings: Readonly<Partial<Record<ProfileSample['type'], string>>> = { trace: '.out', dump: '.txt' };

/**
 * Where the content of a profile lies, relative to the run directory: `profiles/downstream-1.03.cpu.pb.gz`, 00 is before the first step.
 */
export function profileFileOf({ target, type, step }: Pick<ProfileSample, 'target' | 'type' | 'step'>): string {
  const place = String(step + 1).padStart(2, '0');
  return `${runFiles.profiles}/${target}.${place}.${type}${fileEndings[type] ?? '.pb.gz'}`;
}

/** Where a window of a flight recorder lies, relative to the run directory: `traces/backend-1.01.00012.out`, 01 is the first step, and 12 the number of the window. */
export function traceFileOf({ target, step, number }: Pick<TraceWindow, 'target' | 'step' | 'number'>): string {
  return `${runFiles.traces}/${target}.${String(step + 1).padStart(2, '0')}.${String(number).padStart(5, '0')}.out`;
}
