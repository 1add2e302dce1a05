/** The one list of load engines, topology engines, samplers, sinks and report formats. */
import { closedEngine } from './load/closed-engine.ts';
import { openEngine } from './load/open-engine.ts';
import type { LoadEngine, Reporter, RunContext, Sampler, Sink, TopologyEngine } from './model/contracts.ts';
import type { TopologySpec } from './model/scenario.ts';
import { createHtmlReporter, type HtmlAssets } from './report/html-report.ts';
import { jsonReporter } from './report/json-report.ts';
import { junitReporter } from './report/junit/junit-report.ts';
import { markdownReporter } from './report/markdown/markdown-report.ts';
import { createTerminalReporter, type TerminalOptions } from './report/terminal/terminal-report.ts';
import { containerSampler } from './samplers/container-sampler.ts';
import { gctraceSampler } from './samplers/gctrace-sampler.ts';
import { goroutineSampler } from './samplers/goroutine-sampler.ts';
import { metricsSampler } from './samplers/metrics-sampler.ts';
import { profileSampler } from './samplers/profile-sampler.ts';
import { schedtraceSampler } from './samplers/schedtrace-sampler.ts';
import { createArchiveSink } from './sinks/archive-sink.ts';
import { createProgressSink, type ProgressOptions } from './sinks/progress-sink.ts';
import { createPrometheusSink } from './sinks/prometheus-sink.ts';
import { chooseEngine } from './topology/choose-engine.ts';
import { composeEngine } from './topology/compose-engine.ts';
import { externalEngine } from './topology/external-engine.ts';
import { processEngine } from './topology/process-engine.ts';

/** Every load engine, by its kind under `load.mode`; the first is the usual one. */
export const loadEngines: readonly LoadEngine[] = [openEngine, closedEngine];

/** Every topology engine, by its kind under `topology.engine`. */
export const topologyEngines: readonly TopologyEngine[] = [composeEngine, processEngine, externalEngine];

/** The load engine of a mode that a scenario can have. */
export function loadEngineOf(mode: string): LoadEngine {
  return ofKind(loadEngines, mode);
}

/** The topology engine of a scenario; `auto` takes compose if a Docker engine answers, else process, and says which. */
export async function topologyEngineOf(topology: TopologySpec, context: RunContext): Promise<TopologyEngine> {
  return topology.engine === 'auto'
    ? await chooseEngine({ compose: composeEngine, process: processEngine }, context)
    : ofKind(topologyEngines, topology.engine);
}

function ofKind<T extends { readonly kind: string }>(all: readonly T[], kind: string): T {
  const found = all.find((each) => each.kind === kind);
  if (!found) throw new Error(`nothing of the kind ${kind} is registered`);
  return found;
}

/** Every sampler, in the order in which they are opened. */
export const samplers: readonly Sampler[] = [
  schedtraceSampler,
  gctraceSampler,
  goroutineSampler,
  metricsSampler,
  containerSampler,
  profileSampler,
] as readonly Sampler[];

/** What a scenario can name. */
export const known = { samplers, loadEngines, topologyEngines };

/** What the sinks of one run need to know. */
export interface SinkOptions {
  readonly runId: string;
  readonly directory: string;
  readonly progress: ProgressOptions;
  /** Undefined when nobody asked for live metrics. */
  readonly metricsPort: number | undefined;
  readonly onDiskError: (error: Error) => void;
  readonly onMetricsUrl: (url: string) => void;
}

/** Opens every sink of one run; rejects when the port for live metrics is taken. */
export async function openSinks(options: SinkOptions): Promise<readonly Sink[]> {
  const { runId, directory, progress, metricsPort, onDiskError, onMetricsUrl } = options;
  const steps = 'steps' in progress.of ? progress.of.steps : [];
  const prometheus = metricsPort === undefined ? [] : [await createPrometheusSink(metricsPort, { id: runId, steps })];
  for (const { url } of prometheus) onMetricsUrl(url);
  return [createArchiveSink(directory, onDiskError), createProgressSink(progress), ...prometheus];
}

/** Every report format. */
export function reporters(assets: HtmlAssets, terminal: TerminalOptions): readonly Reporter[] {
  return [createTerminalReporter(terminal), createHtmlReporter(assets), markdownReporter, jsonReporter, junitReporter];
}

/** What `--format` calls each of them. */
export const reportFormats: readonly string[] = reporters(
  { uplotJs: '', uplotCss: '' },
  { color: false, width: 0 },
).map(({ format }) => format);
