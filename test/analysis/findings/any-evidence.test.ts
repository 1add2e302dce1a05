import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { findingsOf, slowUs } from '../../helpers/findings.ts';
import { observedRun } from '../../helpers/raw-run.ts';

const ofService = [
  'container.cpu_percent',
  'container.cpu_limit_cores',
  'container.throttled_ms',
  'container.throttled_percent',
  'container.memory_mib',
  'container.memory_limit_mib',
  'container.network_tx_kib_s',
  'proc.threads',
  'proc.open_fds',
  'proc.fd_limit',
  'proc.io_delay_percent',
  'proc.run_delay_percent',
  'sock.accept_queue',
  'sock.accept_queue_limit',
  'net.retransmits_per_second',
  'sched.gomaxprocs',
  'sched.idleprocs',
  'sched.runqueue',
  'sched.switches_per_second',
  'go.gomaxprocs',
  'go.cpu_gc_percent',
  'go.gc_cycles_per_second',
  'go.heap_live_bytes',
  'go.heap_goal_bytes',
  'go.memory_limit_bytes',
  'go.gogc_percent',
  'go.alloc_bytes_per_second',
  'gc.cpu_ms',
  'gc.pause_ms',
  'gc.forced',
  'gc.procs',
  'gc.heap_live_mib',
];
const ofHost = ['host.cpu_percent', 'host.idle_percent', 'host.steal_percent', 'host.io_pressure_some_percent'];

/** Looks have two or three digits that mean anything; cores and limits are never next to nothing. */
const value = fc.oneof(
  fc.constantFrom(0, 1, 2, 100),
  fc.integer({ min: 1, max: 1e9 }).map((thousandths) => thousandths / 1000),
);
const values = (names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length });

it('whatever is told of a service and its machine, findings are sentences with numbers', () => {
  fc.assert(
    fc.property(
      values(ofService),
      values(ofService),
      values(ofHost),
      fc.integer({ min: 1, max: 64 }),
      fc.boolean(),
      (api, apiBefore, shares, cores, isSlow) => {
        const host = { ...shares, 'host.cores': cores };
        for (const found of findingsOf({ api, apiBefore, host, ...(isSlow ? { highUs: slowUs } : {}) })) {
          const words = [found.title, found.advice, ...found.evidence, ...(found.ruledOut ?? [])];
          expect(words.filter((text) => text === '' || /NaN|undefined|Infinity|null/.test(text))).toEqual([]);
          expect(found.share ?? 0).toBeGreaterThanOrEqual(0);
          expect(found.share ?? 0).toBeLessThanOrEqual(1);
          expect(found.steps.filter((name) => !['low', 'high'].includes(name))).toEqual([]);
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('of an observation, which sends nothing, they say something as well', () => {
  fc.assert(
    fc.property(values(ofService), (api) => {
      const seen = [2, 4, 6].map(
        (at): Sample => ({ kind: 'reading', atUs: at * 1e6, target: 'api-1', source: 'test', values: api }),
      );
      const step: Sample = { kind: 'step', step: 0, startUs: 1e6 };
      const { findings } = buildResult(observedRun([step, ...seen]));
      expect(findings.filter(({ title, evidence }) => /NaN|Infinity/.test([title, ...evidence].join()))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
