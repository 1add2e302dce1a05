/** The finding about arrivals that wait for a connection. */
import { stepText } from '../../model/step-text.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import type { FindingRule } from './rule.ts';

const queueFactor = 1.5;

/** Steps in which arrivals were seen to wait for a connection, and response is well above service. */
export const connectionQueue: FindingRule = {
  id: 'response-leaves-service',
  role: 'symptom',
  find({ steps }) {
    const queued = steps.filter((step) => {
      const waited = step.targets[generatorTarget]?.['load.waiting']?.max ?? 0;
      return (
        waited > 0 &&
        step.serviceUs.count > 0 &&
        step.responseUs.p99 > queueFactor * step.serviceUs.p99 + step.lagUs.p99
      );
    });
    const first = queued[0];
    if (!first) return [];
    return [
      {
        severity: 'warning',
        title: `From ${stepText(first)} on, arrivals wait before their request can be sent`,
        evidence: queued
          .slice(0, 3)
          .map(
            (step) =>
              `${step.name}: response p99 ${formatLatencyUs(step.responseUs.p99)}, service p99 ${formatLatencyUs(step.serviceUs.p99)}`,
          ),
        advice:
          'All connections are busy (load.maxConnections) or new ones are slow to be accepted. Users would wait just so; response is the number to judge.',
        steps: queued.map((step) => step.name),
      },
    ];
  },
};
