/** What the metrics sampler makes of `/debug/vars`: package expvar publishes runtime.MemStats (source: expvar.go). */

/** One answer of one target, and when it was true. */
export interface ExpvarLook {
  readonly atUs: number;
  readonly memory: Readonly<Record<string, unknown>>;
}

/** The fields of runtime.MemStats that are values. */
const gauges: Readonly<Record<string, string>> = {
  'go.heap_goal_bytes': 'NextGC',
  'go.heap_inuse_bytes': 'HeapInuse',
  'go.stack_inuse_bytes': 'StackInuse',
};

/** Those that count up, with what makes their rise the unit of the name. */
const rates: Readonly<Record<string, readonly [field: string, scale: number]>> = {
  'go.gc_cycles_per_second': ['NumGC', 1],
  'go.gc_pause_seconds_per_second': ['PauseTotalNs', 1e-9],
  'go.alloc_bytes_per_second': ['TotalAlloc', 1],
  'go.alloc_objects_per_second': ['Mallocs', 1],
};
/** The last pauses in nanoseconds; the newest stands at (NumGC + 255) % 256. */
const keptPauses = 256;

/** An answer of `/debug/vars` as a look; throws an Error when it holds no MemStats, which goes on from its address. */
export function parseExpvar(atUs: number, body: Buffer): ExpvarLook {
  const text = body.toString('utf8');
  const vars = parsed(text) as { memstats?: unknown } | undefined;
  if (vars === undefined) throw new Error(`answered no JSON: "${text.slice(0, 80).split('\n')[0]}"`);
  if (typeof vars?.memstats !== 'object' || vars.memstats === null) throw new Error('has no memstats');
  return { atUs, memory: vars.memstats as Readonly<Record<string, unknown>> };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The values of a look; what needs a difference is missing in the first one, and after a restart. */
export function readExpvar(look: ExpvarLook, before: ExpvarLook | undefined): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, field] of Object.entries(gauges)) {
    const value = numberIn(look, field);
    if (value !== undefined) values[name] = value;
  }
  if (!before || before.atUs >= look.atUs) return values;
  const isAnother = Object.values(rates).some(([field]) => {
    const [now, then] = [numberIn(look, field), numberIn(before, field)];
    return now !== undefined && then !== undefined && now < then;
  });
  if (isAnother) return values;
  const seconds = (look.atUs - before.atUs) / 1e6;
  for (const [name, [field, scale]] of Object.entries(rates)) {
    const rise = riseOf(look, before, field);
    if (rise !== undefined) values[name] = (rise * scale) / seconds;
  }
  const longest = longestPauseNs(look, riseOf(look, before, 'NumGC') ?? 0);
  if (longest !== undefined) values['go.gc_pause_max_seconds'] = longest / 1e9;
  return values;
}

function longestPauseNs({ memory }: ExpvarLook, cycles: number): number | undefined {
  const { NumGC, PauseNs } = memory;
  if (typeof NumGC !== 'number' || !Array.isArray(PauseNs) || cycles <= 0 || cycles > keptPauses) return undefined;
  const newest = Array.from({ length: cycles }, (_, back) => Number(PauseNs[(NumGC - 1 - back) % keptPauses]));
  return Math.max(...newest);
}

function riseOf(look: ExpvarLook, before: ExpvarLook, field: string): number | undefined {
  const [now, then] = [numberIn(look, field), numberIn(before, field)];
  return now === undefined || then === undefined || now < then ? undefined : now - then;
}

function numberIn({ memory }: ExpvarLook, field: string): number | undefined {
  const value = memory[field];
  return typeof value === 'number' ? value : undefined;
}
