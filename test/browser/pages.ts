/** Pages of every kind, and of results of every size: what the browser is shown. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildResult } from '../../src/analysis/build-result.ts';
import { judgeComparison } from '../../src/analysis/compare/judgement.ts';
import { diffRuns } from '../../src/analysis/diff/diff.ts';
import { inspectChanges } from '../../src/analysis/inspect/changes.ts';
import { createHistogramLogInspector } from '../../src/analysis/inspect/histograms.ts';
import { inspectProfile } from '../../src/analysis/inspect/profile.ts';
import { trendReport } from '../../src/analysis/trend/report.ts';
import { readRawRun } from '../../src/archive/run-directory.ts';
import { runCommandLine } from '../../src/commands/parse.ts';
import { decodeProfile } from '../../src/goruntime/profile/pprof.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import { comparisonPage } from '../../src/report/html/comparison/page.ts';
import { diffPage } from '../../src/report/html/diff/page.ts';
import { gatePage } from '../../src/report/html/gate/page.ts';
import { trendPage } from '../../src/report/html/trend/page.ts';
import { createHtmlReporter, inspectionHtml } from '../../src/report/html-report.ts';
import { readHtmlAssets } from '../../src/runs/html-assets.ts';
import { detailedResult, emptyResult, failedResult, hostileResult, sampleResult } from '../golden/sample-result.ts';
import { contextOf } from '../helpers/command-context.ts';
import { madeComparison } from '../helpers/comparison.ts';
import { faultyResult } from '../helpers/faulty-result.ts';
import { reportOf } from '../helpers/gate.ts';
import { gc, inspectText, sched } from '../helpers/inspect-log.ts';
import { risingQueues } from '../helpers/local-queues.ts';
import { healthySamples, observedRun, rawRun } from '../helpers/raw-run.ts';
import { tracedResult } from '../helpers/run-traces.ts';
import { normalOf, trendLines } from '../helpers/trend-lines.ts';

const golden = join(import.meta.dirname, '..', 'golden');
const assets = await readHtmlAssets();
const reporter = createHtmlReporter(assets);

/** What a subcommand of `rampart profiles` writes of the recorded run. */
async function flameFile(name: string, [subcommand = '', ...flags]: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-flame-'));
  const out = join(folder, `${name}.html`);
  await runCommandLine(
    ['profiles', subcommand, join(golden, 'run'), ...flags, '--out', out],
    contextOf({}, folder).context,
  );
  const text = readFileSync(out, 'utf8');
  rmSync(folder, { recursive: true });
  return text;
}

/** The page of a result. */
export function reportPage(result: RunResult): string {
  return [...reporter.render(result)].join('');
}

function diffOf(...results: readonly RunResult[]) {
  return diffRuns(results.map((result, index) => ({ directory: `runs/${index}`, result })));
}

function trendOf(logs: readonly number[]) {
  return trendReport({ file: 'perf/trend.ndjson', lines: trendLines(logs), problems: [], isJoined: false });
}

const recorded = readRawRun(join(golden, 'run')).then(buildResult);

/** The recorded run, which was driven beyond what it could answer. */
export function recordedResult(): Promise<RunResult> {
  return recorded;
}

/** The sample with this many steps; those beyond its own repeat them. */
export function resultOfSteps(count: number): RunResult {
  const result = sampleResult();
  const own = result.steps;
  const steps = Array.from({ length: count }, (_, index) => {
    const step = own[index % own.length] ?? own[0]!;
    const name = index < own.length ? step.name : `${step.name}, round ${Math.floor(index / own.length) + 1}`;
    // What is folded away in later steps is that of the first ones once more: nobody would look at it.
    const folded = index < own.length ? {} : { targets: {}, goroutines: [] };
    return { ...step, ...folded, name, startUs: step.startUs + index * 6_000_000 };
  });
  const names = new Set(steps.map(({ name }) => name));
  return {
    ...result,
    steps,
    slo: result.slo.filter(({ step }) => step === undefined || names.has(step)),
    findings: result.findings.map((finding) => ({
      ...finding,
      steps: finding.steps.filter((name) => names.has(name)),
    })),
  };
}

/** The sample with this many replicas of one of its services. */
function resultOfTargets(count: number): RunResult {
  const result = sampleResult();
  const ids = Array.from({ length: count }, (_, index) => `downstream-of-the-catalogue-${index + 1}`);
  const source = 'downstream-1';
  const own = result.series.filter(({ target }) => target === source);
  return {
    ...result,
    environment: {
      ...result.environment,
      targets: ids.map((id) => ({ id, service: 'downstream-of-the-catalogue' })),
    },
    steps: result.steps.map((step) => ({
      ...step,
      targets: Object.fromEntries(ids.map((id) => [id, step.targets[source] ?? {}])),
      goroutines: ids.flatMap((target) => step.goroutines.slice(0, 1).map((site) => ({ ...site, target }))),
    })),
    series: [
      ...result.series.filter(({ target }) => target === 'generator' || target === 'host'),
      ...ids.flatMap((target) => own.map((series) => ({ ...series, target }))),
    ],
  };
}

/** The sample with goroutines that wait on the queues of its Ps: few and many Ps, and more targets than are open at once. */
export function queuedResult(): RunResult {
  const result = sampleResult();
  const others = Array.from({ length: 3 }, (_, at) => risingQueues(`replica-${at}`, { procs: 2, longest: 5 }));
  const localQueues = [
    risingQueues('downstream-1', { procs: 2, longest: 40 }),
    risingQueues('downstream-2', { procs: 16, looks: 600, everyUs: 1e5, longest: 256 }),
    risingQueues('downstream-3', { procs: 96, longest: 90 }),
    ...others,
  ];
  return { ...result, localQueues };
}

/** The sample with goroutines of one target that only become more. */
function leakingResult(): RunResult {
  const result = sampleResult();
  const leaks = ({ name, target }: RunResult['series'][number]) =>
    target === 'downstream-1' && ['goroutines.total', 'goroutines.waiting.chan receive'].includes(name);
  return {
    ...result,
    series: result.series.map((series) =>
      leaks(series)
        ? { ...series, points: series.points.map(([atUs, value]) => [atUs, value + Math.round(atUs / 50_000)]) }
        : series,
    ),
    findings: [
      {
        id: 'goroutine-leak',
        severity: 'warning',
        title: 'Goroutines of downstream-1 grow and do not go back: 1,300 more after the load than before it',
        evidence: ['in chan receive at example.com/shop/cache.(*Cache).refill: 22 before the load, 1,322 after it'],
        advice: 'Look at who was to close this channel, and at the path on which nobody does.',
        steps: [],
      },
    ],
  };
}

function inspectedPage(): string {
  const profile = decodeProfile(gunzipSync(readFileSync(join(golden, 'run/profiles/loadbalancer-1.03.cpu.pb.gz'))));
  const text = readFileSync(join(golden, 'reports/latency.hlog'), 'utf8');
  const histograms = createHistogramLogInspector();
  for (const line of text.split('\n')) histograms.line(line);
  const lines = Array.from(
    { length: 40 },
    (_, at) => sched(at * 1000, at % 7, at % 2, 5 + at) + gc(at + 1, at + 0.5, 0.1 + at / 100, 4 + at),
  );
  const inputs = [
    { inspection: inspectText(lines.join('')) },
    { inspection: inspectProfile('loadbalancer-1.03.cpu.pb.gz', 5131, profile), profile },
    { inspection: histograms.finish('latency.hlog', text.length) },
  ];
  const inspections = inputs.map(({ inspection }) => inspection);
  return inspectionHtml(inspections, inspectChanges(inputs), 'rampart 0.1.0', assets);
}

function comparedPage(): string {
  const comparison = madeComparison([
    { name: 'GOGC 100', p99Us: 10_000, series: { 'api sched.runqueue': 4 } },
    { name: 'GOGC off with a memory limit', p99Us: 5000, series: { 'api sched.runqueue': 1 } },
  ]);
  return comparisonPage(comparison, judgeComparison(comparison));
}

/** Of variants under a fault, one of which never recovers. */
function faultedComparisonPage(): string {
  const made = madeComparison([
    { name: 'three retries', p99Us: 10_000 },
    { name: 'retries without a budget', p99Us: 12_000 },
  ]);
  const runs = made.runs.map((run) => ({
    ...run,
    faults: [
      run.variant === 'three retries'
        ? { name: 'storm', state: 'recovered' as const, afterUs: (2 + run.round / 40) * 1e6, why: '' }
        : { name: 'storm', state: 'not-recovered' as const, metastable: true, why: '' },
    ],
  }));
  const comparison = { ...made, runs, warmupRounds: 1 };
  return comparisonPage(comparison, judgeComparison(comparison));
}

/** A page, and words that a reader must find on it. */
export interface ShownPage {
  readonly title: string;
  readonly says: readonly string[];
  readonly text: () => Promise<string> | string;
}

const lateGenerator: RunResult['validity'] = {
  verdict: 'invalid',
  reasons: [{ code: 'generator-late', message: 'the generator was late; give it a core of its own' }],
};

const gateCommands = [
  ['rampart gate --replay runs/20260131-142501-ramp-3fa9-gate/gate.json', 'this verdict again'],
] as const;

/** Every kind of page. */
export const shownPages: readonly ShownPage[] = [
  {
    title: 'runs beside each other',
    says: ['Not interleaved: no verdict', 'Steps that meet', 'On the clock of the steps'],
    text: async () => diffPage(diffOf(await recordedResult(), sampleResult(), hostileResult())),
  },
  {
    title: 'runs beside each other that are nearly the same',
    says: ['Not interleaved: no verdict', 'Nothing differs'],
    text: () => diffPage(diffOf(sampleResult(), { ...sampleResult(), tags: { release: '1.5' } })),
  },
  {
    title: 'gates over time',
    says: ['Slower', 'p99 at 800/s', 'git log'],
    text: () => trendPage(trendOf([...normalOf(14, 0.01, 3), ...normalOf(9, 0.01, 4).map((value) => value + 0.08)])),
  },
  {
    title: 'a first gate',
    says: ['Too early to tell'],
    text: () => trendPage(trendOf([0.01])),
  },
  {
    title: 'a healthy run',
    says: ['Valid', '1,000', '2,000'],
    text: () => reportPage(buildResult(rawRun(healthySamples()))),
  },
  {
    title: 'a saturated run',
    says: ['Findings', 'Step by step'],
    text: async () => reportPage(await recordedResult()),
  },
  {
    title: 'a ramp with everything',
    says: ['Throughput stops following the load at step 1600'],
    text: () => reportPage(detailedResult()),
  },
  {
    title: 'a run with queues on each P',
    says: ['Local run queue of each P', 'It has 96 Ps: 8 share a row', 'Local run queues of 2 more targets'],
    text: () => reportPage(queuedResult()),
  },
  {
    title: 'flame graphs in a file of their own',
    says: ['loadbalancer', 'http.(*conn).serve', '340 ms'],
    text: () => flameFile('flame', ['flame']),
  },
  {
    title: 'a difference in a file of its own',
    says: ['Difference', 'within noise', 'flate.NewWriter'],
    text: () => flameFile('difference', ['flame', '--type', 'heap', '--base', 'step=above', '--new', 'step=below']),
  },
  {
    title: 'a run with faults',
    says: [
      'leader-lost: killed downstream-2',
      'All was well again 7.3 s ± 20 ms after it began',
      'metastable',
      'nobody',
    ],
    text: () => reportPage(faultyResult()),
  },
  {
    title: 'a run with traces',
    says: [
      'Where slow requests spent their time',
      'the slowest 1 % took 41 ms on average = 29 ms runnable',
      'go tool trace',
    ],
    text: () => reportPage(tracedResult()),
  },
  {
    title: 'a leaking run that is not valid',
    says: ['Does not count: the generator was late', 'Goroutines of downstream-1 grow'],
    text: () => reportPage({ ...leakingResult(), validity: lateGenerator }),
  },
  { title: 'a failed run', says: ['Failed', 'downstream-2 was not ready'], text: () => reportPage(failedResult()) },
  { title: 'an empty run', says: ['This result holds no series'], text: () => reportPage(emptyResult()) },
  { title: 'a run of one step', says: ['warm-up'], text: () => reportPage(resultOfSteps(1)) },
  { title: 'a run of 200 steps', says: ['200, round 20'], text: () => reportPage(resultOfSteps(200)) },
  {
    title: 'a run of 50 targets',
    says: ['downstream-of-the-catalogue × 50'],
    text: () => reportPage(resultOfTargets(50)),
  },
  { title: 'an observation', says: ['api'], text: () => reportPage(buildResult(observedRun([]))) },
  {
    title: 'a hostile run',
    says: ['</script><script>alert(1)</script><b onclick="x">\'&'],
    text: () => reportPage(hostileResult()),
  },
  { title: 'a comparison', says: ['GOGC off with a memory limit'], text: comparedPage },
  {
    title: 'a comparison under a fault',
    says: ['retries without a budget does not recover in 7 of 7 rounds (metastable)', 'Recovery from storm'],
    text: faultedComparisonPage,
  },
  {
    title: 'a gate that failed',
    says: ['Gate failed'],
    text: () => gatePage(reportOf(8, { high: 0.3 }), gateCommands),
  },
  { title: 'a gate that passed', says: ['Gate passed'], text: () => gatePage(reportOf(8), gateCommands) },
  { title: 'a gate that cannot tell', says: ['Gate cannot tell'], text: () => gatePage(reportOf(2), gateCommands) },
  { title: 'inspected files', says: ['latency.hlog', 'api.log'], text: inspectedPage },
];
