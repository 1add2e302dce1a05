/** The sampler of what the Go runtime and the process say of themselves: Prometheus text, else package expvar, as `go.` series. */
import { metricsTypes } from '../goruntime/metrics/page.ts';
import { varsBeside } from '../host/page-url.ts';
import type { Sampler, SamplerContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import type { Target } from '../model/topology.ts';
import { type ExpvarLook, parseExpvar, readExpvar } from './expvar.ts';
import { type IntervalOptions, intervalOption } from './interval-option.ts';
import { createMetricsReader } from './metrics-reader.ts';
import { type PolledTarget, startPolling } from './poll.ts';
import { createTimedPages, type Page, type TimedPages } from './timed-pages.ts';

const source = 'metrics';
const maxBytes = 32 * 1024 * 1024;

/** Reads `/metrics`; each answer is a reading of the `go.` series that the service has. */
export const metricsSampler: Sampler<IntervalOptions> = {
  kind: source,
  options: intervalOption(
    250,
    '1s',
    'How often to read the Prometheus endpoint of each target; where it has none of Go, /debug/vars beside pprof',
  ),
  cost: 'Each look is one request that each target answers with all of its metrics, tens of microseconds to a few milliseconds of CPU by their number; /debug/vars also stops the world for a moment.',
  goDebug: () => [],
  observing: {
    options: { everyMs: 1000 },
    sees: ({ metricsUrl, hasVars }) => metricsUrl !== undefined || hasVars === true,
  },
  networkSources: [source, 'expvar'],
  open: async ({ everyMs }, context) => {
    const pages = createTimedPages(source, maxBytes, context, metricsTypes);
    const targets = context.targets.map((target) => polledTarget(target, pages, context));
    const polling = startPolling({ source, everyMs, targets }, context);
    return {
      async close() {
        await polling.close();
        pages.close();
      },
    };
  },
};

function polledTarget(target: Target, pages: TimedPages, context: SamplerContext): PolledTarget {
  const { id } = target;
  const readText = createMetricsReader(target, context);
  const readVars = expvarReader(id, context);
  let hasVars = true;
  let isTold = false;

  async function lookAtVars(why: string, signal: AbortSignal): Promise<void> {
    const varsUrl = target.pprofUrl === undefined ? undefined : varsBeside(target.pprofUrl);
    let instead = '';
    if (hasVars && varsUrl !== undefined) {
      const lookOnce = async () => readVars(await pages.get(id, varsUrl, signal));
      const failure = await lookOnce().then(
        () => undefined,
        (error: unknown) => messageOf(error),
      );
      if (failure === undefined) return;
      instead = `, and ${failure}`;
      // What was there once will be again; what never was there is not asked for any more, nor is a page that is something else.
      if (readVars.hasRead()) throw new Error(failure);
      hasVars = false;
    }
    if (isTold) return;
    isTold = true;
    context.emit({ kind: 'gap', atUs: context.clock.nowUs(), target: id, source, message: why + instead });
  }

  return {
    id,
    isAway: () => target.isAway === true,
    async look(signal) {
      const { metricsUrl } = target;
      if (metricsUrl === undefined) return lookAtVars('no address of its metrics endpoint is known', signal);
      const page = await pages.get(id, metricsUrl, signal);
      const held = readText(page);
      if (held === 'runtime') return;
      const what = held === 'others' ? 'tells of several processes' : 'has no metrics of the Go runtime';
      await lookAtVars(`${page.url} ${what}`, signal);
    },
  };
}

function expvarReader(target: string, context: SamplerContext) {
  let last: ExpvarLook | undefined;
  const read = ({ atUs, body, url }: Page) => {
    const look = lookOf(atUs, body, url);
    context.emit({ kind: 'reading', atUs, target, source: 'expvar', values: readExpvar(look, last) });
    last = look;
  };
  return Object.assign(read, { hasRead: () => last !== undefined });
}

function lookOf(atUs: number, body: Buffer, url: string): ExpvarLook {
  try {
    return parseExpvar(atUs, body);
  } catch (error) {
    throw new Error(`${url} ${messageOf(error)}`, { cause: error });
  }
}
