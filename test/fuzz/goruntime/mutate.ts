/** Logs that are broken in the ways in which logs break, from whole ones and a seed. */

/** What the formats are made of, put where it does not belong. */
const shards = [
  'SCHED 12ms: gomaxprocs=2 idleprocs=1 threads=6 spinningthreads=0 needspinning=0 idlethreads=2 runqueue=0 [ 0 0 ] schedticks=[ 1 3 ]',
  'SCHED ',
  'gc 7 @0.1s 0%: 0+0+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->1 MB, 4 MB goal, 2 P (forced)',
  'gc 1 @',
  'gc1(1): 2+0+197+0 us, 0 -> 0 MB, 21 (21-0) objects, 0(0) handoff, 0(0) steal, 0/0/0 yields',
  'scvg3: inuse: 4, idle: 60, sys: 64, released: 59, consumed: 5 (MB)',
  'scav 3 8 KiB work, 520 KiB total, 71% util',
  'pacer: H_m_prev=2176 h_t=+9.500000e-001 u_a/u_g=+1.0e+000',
  'init os @0.78 ms, 0.024 ms clock, 416 bytes, 9 allocs',
  'GC forced\n',
  'goroutine 7 [chan receive, 5 minutes, locked to thread] {a: "\\',
  '  G2: status=4(select (no cases)) m=nil lockedm=nil\n',
  'created by main.main in goroutine 1\n\t/m.go:4 +0x1\n',
  '[originating from goroutine 1]:\n',
  '...31 frames elided...\n',
  '\n-----\n',
  'panic: x\n',
  'web-1  | ',
  '2026-11-21T03:30:00.1Z stderr P ',
  '{"log":"SCHED 1ms: ',
  '\x1b[31m',
  ' '.repeat(300),
  ' labels:{"a": "b", ',
  '99999999999999999999',
  '1e999',
  '\u2028\u00e4\u{1f600}',
] as const;

/** A source of broken logs. */
export interface Mutator {
  /** A log of at most 64 KiB and some places at which to cut it into chunks, rising. */
  log(corpus: readonly Buffer[]): { readonly log: Buffer; readonly cuts: readonly number[] };
}

/** The same logs for the same seed. */
export function createMutator(seed: number): Mutator {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0) + 1;
  /** Numbers below a bound from Marsaglia's xorshift32. */
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const slice = (from: Buffer, most: number): Buffer => {
    const start = random(from.length);
    return from.subarray(start, start + 1 + random(most));
  };

  function mutated(log: Buffer, corpus: readonly Buffer[]): Buffer {
    const at = random(log.length + 1);
    const before = log.subarray(0, at);
    const after = log.subarray(at);
    switch (random(7)) {
      case 0:
        return Buffer.concat([before, Buffer.from(shards[random(shards.length)] ?? ''), after]);
      case 1:
        return Buffer.concat([before, after.subarray(random(80))]);
      case 2:
        return Buffer.concat([before, slice(corpus[random(corpus.length)] ?? log, 300), after]);
      case 3:
        return Buffer.concat([before, Buffer.from(Array.from({ length: random(12) }, () => random(256))), after]);
      case 4:
        return Buffer.concat([before, Buffer.from('\n'), after]);
      case 5: {
        const shard = shards[random(shards.length)] ?? '';
        return Buffer.concat([before, Buffer.from(shard.repeat(1 + random(200))), after]);
      }
      default:
        return everyLine(log);
    }
  }

  /** Every line behind one prefix, or behind one of two, as two streams would be. */
  function everyLine(log: Buffer): Buffer {
    const prefixes = ['web-1  | ', 'web-2  | ', '2026-11-21T03:30:00Z stderr F ', '\x1b[36mweb-1  |\x1b[0m '];
    const lines = log.toString('latin1').split('\n');
    const most = 1 + random(2);
    return Buffer.from(lines.map((line) => prefixes[random(most + 1)] + line).join('\n'), 'latin1');
  }

  return {
    log(corpus) {
      let log = slice(corpus[random(corpus.length)] ?? Buffer.alloc(1), 20_000);
      for (let times = random(12); times > 0; times -= 1) log = mutated(log, corpus).subarray(0, 65_536);
      const cuts = Array.from({ length: random(6) }, () => random(log.length + 1)).sort((a, b) => a - b);
      return { log: Buffer.from(log), cuts };
    },
  };
}
