/** A run carried out, with load or without: its directory, its session, and what is written of it. */
import { join } from 'node:path';
import { whileOwned } from '../archive/owner-file.ts';
import { createRunDirectory, writeManifest, writeOutcome } from '../archive/run-directory.ts';
import { startClock } from '../host/clock.ts';
import { isDiskRefusal, readText, writeText } from '../host/files.ts';
import { isLoopback } from '../host/loopback.ts';
import type { LivePage, Watched } from '../live/live-page.ts';
import type { Calibration } from '../model/calibration.ts';
import type { RunContext, Sink } from '../model/contracts.ts';
import { incompleteError, messageOf } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import { type RecordedScenario, type RunOutcome, reportFile, runFiles } from '../model/raw-run.ts';
import type { RunResult } from '../model/run-result.ts';
import { formatDurationMs } from '../model/units.ts';
import { openSinks, type SinkOptions } from '../registry.ts';
import { sentToSentence } from '../report/words/sent-to-text.ts';
import type { SentLoad } from '../session/load-course.ts';
import { describeFailure, type ReadySession, runSession, type SessionParts } from '../session/run-session.ts';
import { readGoPrograms } from '../topology/go-programs.ts';
import { chosenSamplers } from './chosen-samplers.ts';
import { type ManifestFacts, manifestOf, warningsOf } from './manifest.ts';
import { newRunId } from './run-id.ts';
import { withoutSecrets } from './secret-sink.ts';
import { unsoughtWarnings } from './unsought-secrets.ts';

/** Where a run goes. */
export interface RunPlace {
  readonly out: string | undefined;
  /** Where live metrics are served; not at all without it. */
  readonly metrics: SinkOptions['metrics'];
  /** The port of the page that shows it while it goes on, 0 for any free one; no page without it. */
  readonly uiPort?: number | undefined;
  /** See `RunContext`. */
  readonly kept?: RunContext['kept'];
}

/** A run that ended in any way: its result, and where it is. */
export interface FinishedRun {
  readonly result: RunResult;
  readonly directory: string;
  /** The page that showed it and goes on to its report; who gets it closes it. */
  readonly page?: LivePage | undefined;
}

/** A run that has its directory and its clock, and nothing else. */
export interface BegunRun {
  readonly directory: string;
  readonly metrics: SinkOptions['metrics'];
  readonly caller: Caller;
  readonly context: RunContext;
  readonly page: LivePage | undefined;
}

/** What differs from run to run: how the targets come to be there, and what is sent to them or how long they are looked at. */
export interface RunPlan extends Pick<SessionParts, 'up' | 'forMs' | 'faults' | 'conditions'> {
  /** What is recorded of it now; `observe` says which samplers are on. */
  readonly recorded: () => RecordedScenario;
  /** The kind of the topology's engine. */
  readonly engine: string;
  /** Given what writes the manifest anew, when what is recorded has changed. */
  readonly load?: (keep: () => Promise<void>) => SentLoad;
  readonly progress: SinkOptions['progress']['of'];
  readonly calibration?: Calibration | undefined;
}

/** What a run is asked to do, as its page and its directory tell of it. */
export interface AskedRun extends Pick<RunPlan, 'progress'> {
  readonly name: string;
  readonly text: string;
}

/**
 * Makes the directory of a new run, with what it was asked to do as text, opens its page if one is wanted, and goes on with `body`;
 * rejects when a port is taken or the directory cannot be written.
 */
export async function withRun(
  { name, text, progress }: AskedRun,
  { out, metrics, uiPort, kept }: RunPlace,
  caller: Caller,
  body: (run: BegunRun) => Promise<FinishedRun>,
): Promise<FinishedRun> {
  const runId = newRunId(name, caller.time);
  const directory = out ?? join(caller.cwd, 'runs', runId);
  const page = uiPort === undefined ? undefined : await openPage({ id: runId, name, of: progress }, uiPort, caller);
  try {
    await createRunDirectory(directory);
    return await whileOwned(directory, async () => {
      await writeText(join(directory, runFiles.scenario), text);
      const { log, env, secrets } = caller;
      const signal = page ? AbortSignal.any([caller.signal, page.stopped]) : caller.signal;
      const context = { runId, clock: startClock(), signal, secrets, log, env, kept };
      return await body({ directory, metrics, caller, context, page });
    });
  } catch (thrown) {
    const error = isDiskRefusal(thrown) ? diskRefused(directory, thrown) : thrown;
    page?.finish(caller.secrets.text(`The run has no report: ${messageOf(error)}`));
    await page?.close();
    throw error;
  }
}

/** What makes the page is loaded where somebody wants to see one. */
async function openPage(watched: Watched & { readonly name: string }, port: number, caller: Caller): Promise<LivePage> {
  const [{ livePageHtml }, { openLivePage }, { readHtmlAssets }] = await Promise.all([
    import('../report/html-report.ts'),
    import('../live/live-page.ts'),
    import('./html-assets.ts'),
  ]);
  const title = { name: watched.name, tool: `rampart ${caller.version}`, hasLoad: 'steps' in watched.of };
  const html = livePageHtml(title, await readHtmlAssets());
  const page = await openLivePage({ port, flag: '--ui=PORT' }, watched, html);
  caller.log.info(`live page: ${page.url}`);
  return page;
}

/** Carries the run out and writes its directory, also when it fails; rejects only when the directory cannot be written. */
export async function carryOut(run: BegunRun, plan: RunPlan): Promise<FinishedRun> {
  const { directory, page } = run;
  const { outcome, metered } = await liveOutcome(run, plan);
  page?.tell('writing the report');
  try {
    await writeOutcome(directory, run.context.secrets.value(outcome));
    // What analyses is loaded when the run is over: one that is refused, or that waits for its services, starts without.
    const { finishRun } = await import('./analyse-directory.ts');
    const result = await finishRun(directory);
    page?.finish('The run is over.', () => readText(join(directory, reportFile)));
    await metered?.scraped(run.context.signal, (ms) =>
      run.context.log.info(
        `metrics are served until they are scraped once more, at most ${formatDurationMs(Math.round(ms))} (--metrics-keep 0s does not wait)`,
      ),
    );
    return { result, directory, page };
  } catch (error) {
    await metered?.scraped(AbortSignal.abort(), () => {});
    throw outcome.failure?.code === 'disk-refused' ? diskRefused(directory, error) : error;
  }
}

/** How a run ended, and who may still scrape its end. */
interface LiveOutcome {
  readonly outcome: RunOutcome;
  readonly metered: Metered | undefined;
}

type Metered = Parameters<SinkOptions['onMetrics']>[0];

/** What is known of a run only when its topology is up. */
type KnownWhenUp = Pick<
  ManifestFacts,
  'topology' | 'programs' | 'originWallMs' | 'startUs' | 'firstStartUs' | 'sentTo'
>;

async function liveOutcome(run: BegunRun, plan: RunPlan): Promise<LiveOutcome> {
  const { directory, caller, context, page } = run;
  const chosen = chosenSamplers(plan.recorded().observe);
  const { engine, calibration } = plan;
  const same = { id: context.runId, toolVersion: caller.version, engine, calibration, samplers: chosen };
  const write = async (known: KnownWhenUp) => {
    const manifest = manifestOf({ ...same, scenario: plan.recorded(), ...known });
    const warnings = [...manifest.warnings, ...unsoughtWarnings(context.secrets.known())];
    await writeManifest(directory, context.secrets.value({ ...manifest, warnings }));
  };
  let known: KnownWhenUp | undefined;
  let metered: Metered | undefined;
  const keep = async () => {
    if (known) await write(known);
  };
  const onReady = async (ready: ReadySession) => {
    const { topology, clock, startUs, firstStartUs, sentTo } = ready;
    const where = sentToSentence(sentTo, 'goes');
    if (where !== undefined) context.log.info(where);
    for (const warning of warningsOf(plan.recorded(), topology, sentTo)) {
      context.log.warn(warning);
      page?.warn(context.secrets.text(warning));
    }
    const programs = await readGoPrograms(topology.targets, context.env);
    known = { topology, programs, originWallMs: clock.originWallMs, startUs, firstStartUs, sentTo };
    await keep();
    return await sinksOf(run, plan, ready, (served) => {
      metered = served;
    });
  };
  try {
    const { load, ...rest } = plan;
    const outcome = await runSession({ ...rest, samplers: chosen, load: load?.(keep), onReady }, context);
    return { outcome, metered };
  } catch (error) {
    const { originWallMs } = context.clock;
    await write({ topology: undefined, programs: new Map(), originWallMs, startUs: 0 });
    const outcome = { status: 'failed', failure: describeFailure(error), endUs: context.clock.nowUs() } as const;
    return { outcome, metered: undefined };
  }
}

async function sinksOf(
  { directory, metrics, caller, context, page }: BegunRun,
  { progress, recorded }: RunPlan,
  { startUs, abort, topology }: ReadySession,
  onMetrics: SinkOptions['onMetrics'],
): Promise<readonly Sink[]> {
  const { tell, redraw, columns } = caller;
  const sinks = await openSinks({
    runId: context.runId,
    tags: context.secrets.value(recorded().tags),
    directory,
    progress: { write: tell, redraw, columns, startUs, of: progress },
    metrics,
    metered: { scenario: recorded().name, targets: topology.targets, nowMs: caller.time.monotonicMs },
    onDiskError: (error) => abort(diskRefused(directory, error)),
    onMetrics: (served) => {
      context.log.info(`live metrics: ${served.url}`);
      if (metrics?.host !== undefined && !isLoopback(metrics.host))
        context.log.warn(`everybody who reaches this machine at ${metrics.host} can read them: --metrics-host says so`);
      onMetrics(served);
    },
  });
  return (page ? [...sinks, page.sink] : sinks).map((sink) => withoutSecrets(sink, context.secrets));
}

/** The failure of a run whose directory can no longer be written. */
function diskRefused(directory: string, error: unknown) {
  const hint = 'Free space, or name a directory on another disk with --out DIR.';
  return incompleteError(
    'disk-refused',
    `${directory}: the run directory cannot be written: ${messageOf(error)}`,
    hint,
    error,
  );
}
