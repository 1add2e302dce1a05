/** What both samplers of runtime lines do: one scanner for each target's stderr, and gaps for what could not be read. */
import type { TraceKind } from '../goruntime/lines/kinds.ts';
import { createTraceScanner, type TraceRecord, type TraceScanner } from '../goruntime/log/trace-scanner.ts';
import type { OpenSampler, SamplerContext } from '../model/contracts.ts';
import { followAway } from './away-spans.ts';
import { type Align, type Alignment, createAlignment } from './clock-alignment.ts';
import { createPerProcess, type PerProcess } from './per-process.ts';

/** What a sampler makes of one kind of line of one target. */
export interface TraceReader<Kind extends TraceKind> {
  record(record: Extract<TraceRecord, { kind: Kind }>, align: Align): void;
  /** No more lines will come. */
  end(): void;
}

/** Which lines to read, and the words for them in gaps. */
export interface TracePlan<Kind extends TraceKind> {
  readonly kind: Kind;
  readonly source: string;
  /** What to say of a target that printed no such line at all. */
  readonly noneMessage: string;
  /** `wasAway` tells whether the target was away between two moments. */
  reader(target: string, wasAway: (fromUs: number, untilUs: number) => boolean): TraceReader<Kind>;
}

interface Listened<Kind extends TraceKind> {
  readonly scanner: TraceScanner;
  readonly reader: TraceReader<Kind>;
  readonly alignments: PerProcess<Alignment>;
  count: number;
}

/** SCHED lines have whole milliseconds, gc lines three decimals of a second. */
const resolutionUs = 1000;

/** Listens from now on; `close` reports what was cut, and the targets that printed nothing. */
export function listenForTraces<Kind extends TraceKind>(plan: TracePlan<Kind>, context: SamplerContext): OpenSampler {
  const listened = new Map<string, Listened<Kind>>();
  const spans = followAway(context.targets, context.clock);
  const tellClock = (target: string, alignment: Alignment) => {
    const relation = alignment.relation();
    if (relation)
      context.emit({ kind: 'clock', atUs: context.clock.nowUs(), target, source: plan.source, ...relation });
  };
  for (const { id } of context.targets) {
    const reader = plan.reader(id, (fromUs, untilUs) => spans.wasAway(id, fromUs, untilUs));
    const alignments = createPerProcess(
      () => createAlignment(resolutionUs),
      (alignment) => tellClock(id, alignment),
    );
    listened.set(id, { scanner: createTraceScanner(), reader, alignments, count: 0 });
  }
  const unsubscribe = context.onLog(({ target, stream, text, atUs }) => {
    const state = listened.get(target);
    if (!state || stream !== 'stderr') return;
    for (const record of state.scanner.line(text, atUs)) {
      if (!isKind(record, plan.kind)) continue;
      state.count += 1;
      state.reader.record(record, state.alignments.of(record.process).align);
    }
  });
  return {
    async close() {
      unsubscribe();
      for (const [target, state] of listened) {
        const { scanner, reader, alignments, count } = state;
        scanner.end();
        reader.end();
        const gap = (message: string) =>
          context.emit({ kind: 'gap', atUs: context.clock.nowUs(), target, source: plan.source, message });
        const rejects = scanner.rejects(plan.kind);
        if (rejects.count > 0) {
          gap(`${rejects.count} ${plan.source} lines could not be read, the first is "${rejects.example}"`);
        }
        if (count === 0 && !spans.isStranger(target)) gap(plan.noneMessage);
        for (const alignment of alignments.all()) tellClock(target, alignment);
      }
      listened.clear();
      spans.close();
    },
  };
}

function isKind<Kind extends TraceKind>(
  record: TraceRecord,
  kind: Kind,
): record is Extract<TraceRecord, { kind: Kind }> {
  return record.kind === kind;
}
