/** The sampler of Prometheus endpoints: what the Go runtime and the process say of themselves, as `go.` series. */
import { parseExposition } from '../goruntime/exposition.ts';
import type { Sampler } from '../model/contracts.ts';
import { type MetricsLook, readMetrics } from './go-metrics.ts';
import { startPages } from './http-poll.ts';
import { type IntervalOptions, intervalOption } from './interval-option.ts';

const source = 'metrics';
const maxBytes = 32 * 1024 * 1024;

/** Reads `/metrics`; each answer is a reading of the `go.` series that the service has. */
export const metricsSampler: Sampler<IntervalOptions> = {
  kind: source,
  options: intervalOption(250, '1s', 'How often to read the Prometheus endpoint of each target'),
  cost: 'Each look is one request that each target answers with all of its metrics, tens of microseconds to a few milliseconds of CPU by their number.',
  goDebug: () => [],
  open: async ({ everyMs }, context) => {
    const last = new Map<string, MetricsLook>();
    const rejected = new Set<string>();
    return startPages(
      {
        source,
        everyMs,
        maxBytes,
        urlOf: ({ metricsUrl }) => metricsUrl,
        noUrlMessage: 'no address of its metrics endpoint is known',
        read({ target, atUs, body }) {
          const { samples, rejects, example } = parseExposition(body.toString('utf8'));
          if (samples.length === 0) throw new Error(`its metrics endpoint answered no metrics, but "${example}"`);
          if (rejects > 0 && !rejected.has(target)) {
            rejected.add(target);
            const message = `${rejects} lines of its metrics could not be read, the first is "${example}"`;
            context.emit({ kind: 'gap', atUs, target, source, message });
          }
          const look = { atUs, samples };
          context.emit({ kind: 'reading', atUs, target, source, values: readMetrics(look, last.get(target)) });
          last.set(target, look);
        },
      },
      context,
    );
  },
};
