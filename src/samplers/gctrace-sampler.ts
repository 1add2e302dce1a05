/** The sampler of `GODEBUG=gctrace=1`: every garbage collection cycle, as the runtime prints it at the cycle's end. */
import { z } from 'zod';
import type { GcLine } from '../goruntime/lines/gc.ts';
import type { Sampler, SamplerContext } from '../model/contracts.ts';
import { createPerProcess } from './per-process.ts';
import { listenForTraces, type TraceReader } from './trace-lines.ts';

const source = 'gctrace';

/** Reads gc lines; each is a reading of the `gc.` series at the end of its cycle. */
export const gctraceSampler: Sampler<true> = {
  kind: source,
  options: z
    .literal(true, { error: 'must be true or false (example: true)' })
    .describe('Have the Go runtime print a line for each garbage collection (GODEBUG=gctrace=1)'),
  cost: 'Each target writes one line per garbage collection to stderr, about 45 small writes after the world was started again.',
  goDebug: () => ['gctrace=1'],
  observing: { options: true, sees: ({ goDebug }) => goDebug.includes('gctrace=') },
  open: async (_, context) =>
    listenForTraces(
      {
        kind: 'gc',
        source,
        noneMessage: 'no gc line was printed: no cycle ran, or the process was not started with GODEBUG=gctrace=1',
        reader: (target) => gcReader(target, context),
      },
      context,
    ),
};

function gcReader(target: string, context: SamplerContext): TraceReader<'gc'> {
  const lasts = createPerProcess((): { cycle?: number } => ({}));
  return {
    record({ value, stamp, process }, align) {
      const endUs = value.atSeconds * 1e6 + (value.pauseMs + value.markMs) * 1000;
      const atUs = align(endUs, stamp);
      // Cycles are numbered, so a line that was lost altogether shows.
      const last = lasts.of(process);
      const expected = last.cycle === undefined ? value.cycle : last.cycle + 1;
      if (value.cycle > expected) {
        const message = `the lines of ${value.cycle - expected} gc cycles before cycle ${value.cycle} are missing`;
        context.emit({ kind: 'gap', atUs, target, source, message });
      }
      context.emit({ kind: 'reading', atUs, target, source, values: readingOf(value) });
      last.cycle = value.cycle;
    },
    end: () => undefined,
  };
}

function readingOf(line: GcLine): Record<string, number> {
  return {
    'gc.cycles': line.cycle,
    'gc.pause_ms': line.pauseMs,
    'gc.mark_ms': line.markMs,
    'gc.cpu_percent': line.cpuPercent,
    'gc.assist_cpu_ms': line.assistCpuMs,
    'gc.cpu_ms': line.cpuMs,
    'gc.procs': line.procs,
    'gc.forced': line.forced ? 1 : 0,
    'gc.heap_live_mib': line.heapLiveMib,
    ...(line.heapGoalMib === undefined ? {} : { 'gc.heap_goal_mib': line.heapGoalMib }),
  };
}
