/** Logs for the scanner to read, the same bytes for the same name and size on every machine. */

/** What a log is made of. */
export const logKinds = ['service', 'traces', 'dump'] as const;

/** One of the kinds of log: a busy service with one runtime line in fifty, nothing but traces, or nothing but dumps. */
export type LogKind = (typeof logKinds)[number];

const blockBytes = 1024 * 1024;

/** Blocks of about a MiB of whole lines, together at least `bytes` long. */
export function* makeLog(kind: LogKind, bytes: number): Iterable<Buffer> {
  const random = createRandom(7);
  const writer = { service: serviceLine, traces: traceLine, dump: goroutine }[kind];
  for (let written = 0, at = 0; written < bytes; ) {
    const lines: string[] = [];
    for (let length = 0; length < blockBytes; at += 1) {
      const text = writer(at, random);
      lines.push(text);
      length += text.length;
    }
    const block = Buffer.from(lines.join(''));
    written += block.length;
    yield block;
  }
}

type Random = (below: number) => number;

/** Numbers below a bound from Marsaglia's xorshift32. */
function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function serviceLine(at: number, random: Random): string {
  const name = `downstream-${1 + (at % 3)}`;
  if (at % 50 === 49) return `${name}  | ${traceLine(Math.floor(at / 50), random)}`;
  const path = `/api/v1/items/${random(100_000)}`;
  return at % 2 === 0
    ? `${name}  | {"time":"2026-11-21T03:30:00.${100 + random(900)}Z","level":"INFO","msg":"served","path":"${path}","ms":${random(99)},"bytes":${random(9999)}}\n`
    : `${name}  | 2026/11/21 03:30:00 GET ${path} 200 ${random(9999)} bytes in ${random(99)} ms, cache hit, changing nothing\n`;
}

function traceLine(at: number, random: Random): string {
  const heap = 40 + random(60);
  if (at % 4 !== 0) {
    return `gc ${at - Math.floor(at / 4)} @${(at / 10).toFixed(3)}s 2%: 0.${10 + random(89)}+${1 + random(9)}.${random(9)}+0.0${10 + random(89)} ms clock, 0.11+0.12/0.${10 + random(89)}/0+0.051 ms cpu, ${heap}->${heap + 2}->${heap >> 1} MB, ${heap} MB goal, 0 MB stacks, 0 MB globals, 8 P\n`;
  }
  const queues = Array.from({ length: 8 }, () => random(9)).join(' ');
  const ticks = Array.from({ length: 8 }, (_, p) => at * 40 + p).join(' ');
  return `SCHED ${at * 100}ms: gomaxprocs=8 idleprocs=${random(8)} threads=14 spinningthreads=${random(3)} needspinning=0 idlethreads=5 runqueue=${random(40)} [ ${queues} ] schedticks=[ ${ticks} ]\n`;
}

function goroutine(at: number, random: Random): string {
  // A dump of 10,000, then the program's next one.
  const id = 1 + (at % 10_000);
  const states = ['chan receive', 'select', 'IO wait', 'sync.Mutex.Lock', 'sleep'];
  const minutes = random(3) === 0 ? `, ${1 + random(90)} minutes` : '';
  const depth = 2 + (at % 12);
  let text = `goroutine ${id} [${states[at % states.length]}${minutes}]:\n`;
  for (let frame = 0; frame < depth; frame += 1) {
    text += `example.com/shop/internal/cart.(*Cart).step${frame}(0xc000${100_000 + random(899_999)}, {0x7d7160?, 0x1dd082c192c0})\n\t/src/shop/internal/cart/cart.go:${20 + frame} +0x${16 + frame}b\n`;
  }
  return `${text}created by example.com/shop/internal/cart.Serve in goroutine 1\n\t/src/shop/internal/cart/serve.go:12 +0x5d\n\n`;
}
