/** The one list of load engines, topology engines, samplers, sinks and report formats. */
import { closedEngine } from './load/closed-engine.ts';
import { openEngine } from './load/open-engine.ts';
import type { LoadEngine, Reporter, RunContext, Sampler, Sink, TopologyEngine } from './model/contracts.ts';
import type { Tags } from './model/tags.ts';
import type { TopologySpec } from './model/topology-spec.ts';
import type { HtmlAssets } from './report/html-report.ts';
import type { TerminalOptions } from './report/terminal/terminal-report.ts';
import { containerSampler } from './samplers/container-sampler.ts';
import { gctraceSampler } from './samplers/gctrace-sampler.ts';
import { goroutineSampler } from './samplers/goroutine-sampler.ts';
import { metricsSampler } from './samplers/metrics-sampler.ts';
import { profileSampler } from './samplers/profile-sampler.ts';
import { schedtraceSampler } from './samplers/schedtrace-sampler.ts';
import { traceSampler } from './samplers/trace-sampler.ts';
import { createArchiveSink } from './sinks/archive-sink.ts';
import { createProgressSink, type ProgressOptions } from './sinks/progress-sink.ts';
import type { MeteredRun, MetricsPlace, PrometheusSink } from './sinks/prometheus-sink.ts';
import { chooseEngine } from './topology/choose-engine.ts';
import { composeEngine } from './topology/compose-engine.ts';
import { externalEngine } from './topology/external-engine.ts';
import { kubernetesEngine } from './topology/kubernetes-engine.ts';
import { processEngine } from './topology/process-engine.ts';

/** Every load engine, by its kind under `load.mode`; the first is the usual one. */
export const loadEngines: readonly LoadEngine[] = [openEngine, closedEngine];

/** Every topology engine, by its kind under `topology.engine`. */
export const topologyEngines: readonly TopologyEngine[] = [
  composeEngine,
  processEngine,
  externalEngine,
  kubernetesEngine,
];

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
  traceSampler,
] as readonly Sampler[];

/** What a scenario can name. */
export const known = { samplers, loadEngines, topologyEngines };

/** What the sinks of one run need to know. */
export interface SinkOptions {
  readonly runId: string;
  readonly tags?: Tags | undefined;
  readonly directory: string;
  readonly progress: ProgressOptions;
  /** Undefined when nobody asked for live metrics. */
  readonly metrics: MetricsPlace | undefined;
  /** What metrics say of the run beside its id. */
  readonly metered: Pick<MeteredRun, 'scenario' | 'targets' | 'nowMs'>;
  readonly onDiskError: (error: Error) => void;
  /** Told where live metrics are served. */
  readonly onMetrics: (sink: Pick<PrometheusSink, 'url' | 'scraped'>) => void;
}

/** Opens every sink of one run; rejects when the port for live metrics is taken. */
export async function openSinks(options: SinkOptions): Promise<readonly Sink[]> {
  const { runId, tags, directory, progress, metrics, metered, onDiskError, onMetrics } = options;
  const steps = 'steps' in progress.of ? progress.of.steps : [];
  const prometheus =
    metrics === undefined ? [] : [await openPrometheus(metrics, { id: runId, tags, steps, ...metered })];
  for (const sink of prometheus) onMetrics(sink);
  return [createArchiveSink(directory, onDiskError), createProgressSink(progress), ...prometheus];
}

/** Loaded where it is asked for: what it is made with takes longer to load than most that a run needs. */
async function openPrometheus(...given: Parameters<CreatePrometheus>): ReturnType<CreatePrometheus> {
  const { createPrometheusSink } = await import('./sinks/prometheus-sink.ts');
  return await createPrometheusSink(...given);
}

type CreatePrometheus = typeof import('./sinks/prometheus-sink.ts').createPrometheusSink;

/** What reporters are made with: the chart library, and how wide and colourful a terminal is. */
interface ReporterOptions {
  readonly assets: HtmlAssets;
  readonly terminal: TerminalOptions;
}

/** Loaded where a report is asked for: the page alone takes longer to load than most commands take to run. */
const reporterLoads: Readonly<Record<string, (options: ReporterOptions) => Promise<Reporter>>> = {
  terminal: async ({ terminal }) =>
    (await import('./report/terminal/terminal-report.ts')).createTerminalReporter(terminal),
  html: async ({ assets }) => (await import('./report/html-report.ts')).createHtmlReporter(assets),
  markdown: async () => (await import('./report/markdown/markdown-report.ts')).markdownReporter,
  json: async () => (await import('./report/json-report.ts')).jsonReporter,
  junit: async () => (await import('./report/junit/junit-report.ts')).junitReporter,
};

/** What `--format` calls each report format. */
export const reportFormats: readonly string[] = Object.keys(reporterLoads);

/** Every report format. */
export async function reporters(assets: HtmlAssets, terminal: TerminalOptions): Promise<readonly Reporter[]> {
  return await Promise.all(Object.values(reporterLoads).map((load) => load({ assets, terminal })));
}
