/** Answers of one target's metrics endpoint, one after the other, as readings; what they leave open is told once. */
import type { Exposition, MetricSample } from '../goruntime/metrics/exposition.ts';
import { readMetricsPage } from '../goruntime/metrics/page.ts';
import { processStartS } from '../host/owner.ts';
import type { SamplerContext } from '../model/contracts.ts';
import type { Target } from '../model/topology.ts';
import { startTime } from './go-metric-names.ts';
import { isRestart, type MetricsLook, readMetrics, readProgram } from './go-metrics.ts';
import { type OwnSamples, ownSamples, startRoundingS } from './metric-owners.ts';
import { createStampedTime } from './metric-stamps.ts';
import { createServiceReader } from './service-reader.ts';
import type { Page } from './timed-pages.ts';

/** What an answer held: the Go runtime of the target, that of others only, or none at all. */
export type Held = 'runtime' | 'others' | 'nothing';

const noService = { values: {}, doubts: [] };

/** Takes each answer of a target into a reading; throws when one is no page of metrics. */
export function createMetricsReader(target: Target, context: SamplerContext): (page: Page) => Held {
  const { id } = target;
  const doubt = createDoubts(id, context);
  const timeOf = createStampedTime(context.clock);
  const readService = createServiceReader();
  let last: MetricsLook | undefined;
  let isProgramTold = false;
  let newestStartS = Number.NEGATIVE_INFINITY;

  function emit(page: Page, atUs: number, own: OwnSamples, exposition: Exposition): void {
    const program = isProgramTold ? undefined : readProgram(own.samples);
    if (program) {
      isProgramTold = true;
      context.emit({ kind: 'program', atUs, target: id, program });
    }
    const look = { atUs, samples: own.samples };
    const isSame = last !== undefined && !isRestart(look, last);
    const service = own.isOfOne ? readService({ atUs, exposition, path: pathOf(page.url), isSame }) : noService;
    for (const message of service.doubts) doubt(page, message.replace(/\([^)]*\)/g, ''), message);
    const values = { ...readMetrics(look, last), ...service.values };
    context.emit({ kind: 'reading', atUs, target: id, source: 'metrics', values });
    last = look;
  }

  /** A process that began before the one that answered last time is another one that runs beside it: a restart only goes forward. */
  function refuseTurns(page: Page, own: OwnSamples): void {
    const startS = own.samples.find(({ name }) => name === startTime)?.value;
    if (startS === undefined) return;
    if (startS >= newestStartS - startRoundingS) {
      newestStartS = Math.max(newestStartS, startS);
      return;
    }
    const why =
      'is answered by several processes in turn, as by a load balancer: its process_start_time_seconds goes back';
    doubt(page, 'turns', `${why}; give the address of one process`);
    throw new Error(`${page.url} ${why}`);
  }

  return (page) => {
    const read = readMetricsPage(page.body.toString('utf8'), page.contentType);
    if ('why' in read) throw new Error(`${page.url} ${read.why}`);
    doubt(page, 'rejects', rejected(read));
    // Another process may have taken its place, or is about to.
    const { pid } = target;
    const startS = pid === undefined ? undefined : processStartS(pid);
    const own = ownSamples(read.samples, startS);
    if (!own.isOfOne && pid !== undefined && startS === undefined) {
      throw new Error(
        `${page.url} has metrics of several processes, and process ${pid} is not among those that run here`,
      );
    }
    // The numbers and names in it may change with every look.
    for (const message of own.doubts) doubt(page, message.replace(/\([^)]*\)/g, ''), message);
    refuseTurns(page, own);
    const time = timeOf(page.atUs, own.samples);
    doubt(page, 'stamps', time.doubt);
    if (time.atUs !== undefined) emit(page, time.atUs, own, read);
    if (own.samples.some(isOfRuntime)) return 'runtime';
    return own.isOfOne ? 'nothing' : 'others';
  };
}

/** Tells each kind of doubt once, in the result and at once. */
function createDoubts(target: string, { emit, log }: SamplerContext) {
  const told = new Set<string>();
  return ({ atUs, url }: Page, kind: string, what: string | undefined): void => {
    if (what === undefined || told.has(kind)) return;
    told.add(kind);
    const message = `${url} ${what}`;
    emit({ kind: 'doubt', atUs, target, source: 'metrics', message });
    log.warn(`${target}: ${message}`);
  };
}

function rejected({ rejects, example }: Exposition): string | undefined {
  if (rejects === 0) return undefined;
  return rejects === 1
    ? `has a line that is no metric, which is left out: "${example}"`
    : `has ${rejects} lines that are no metrics, which are left out; the first is "${example}"`;
}

/** NaN and infinities say nothing of it. */
function isOfRuntime({ name, value }: MetricSample): boolean {
  return Number.isFinite(value) && /^(?:go_|process_runtime_)/.test(name);
}

/** Its path, by which a service may count our looks; that of the root would be half of its traffic. */
function pathOf(url: string): string | undefined {
  const path = URL.canParse(url) ? new URL(url).pathname : '/';
  return path === '/' ? undefined : path;
}
