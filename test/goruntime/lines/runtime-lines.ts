/** Prints SCHED and gc lines as each Go version does, piece by piece as the runtime writes them, from generated values. */
import fc from 'fast-check';

const count = fc.nat({ max: 300 });
const eras = ['1.2', '1.4', '1.20', '1.25'] as const;

/** A SCHED line: the pieces as written one by one, and what a parser must read from them. */
export const schedLines = fc
  .record({
    era: fc.constantFrom(...eras),
    detail: fc.boolean(),
    ms: fc.nat({ max: 10_000_000 }),
    queues: fc.array(count, { minLength: 1, maxLength: 12 }),
    idleprocs: count,
    threads: count,
    spinningthreads: count,
    needspinning: fc.nat({ max: 1 }),
    idlethreads: count,
    runqueue: count,
    firstTick: fc.nat({ max: 4_294_967_295 }),
  })
  .map((v) => {
    const gomaxprocs = v.queues.length;
    const ticks = v.queues.map((_, index) => (v.firstTick + index * 7) % 2 ** 32);
    const pairs: [string, number][] = [
      ['gomaxprocs', gomaxprocs],
      ['idleprocs', v.idleprocs],
      ['threads', v.threads],
    ];
    if (v.era !== '1.2') pairs.push(['spinningthreads', v.spinningthreads]);
    if (v.era === '1.20' || v.era === '1.25') pairs.push(['needspinning', v.needspinning]);
    pairs.push(['idlethreads', v.idlethreads], ['runqueue', v.runqueue]);
    const pieces = ['SCHED ', `${v.ms}`];
    pairs.forEach(([key, value], index) => {
      pieces.push(`${index === 0 ? 'ms:' : ''} ${key}=`, `${value}`);
    });
    const other = { gcwaiting: '0', nmidlelocked: '1', stopwait: '0', sysmonwait: 'false' };
    if (v.detail) {
      for (const [key, value] of Object.entries(other)) pieces.push(` ${key}=`, value);
      pieces.push('\n');
    } else pieces.push(...listPieces(v.era, v.queues, ticks));
    return {
      pieces,
      text: pieces.join('').trimEnd(),
      value: {
        ms: v.ms,
        ...Object.fromEntries(pairs),
        localRunqueues: v.detail ? undefined : v.queues,
        schedticks: v.era === '1.25' && !v.detail ? ticks : undefined,
        other: v.detail ? other : {},
      },
    };
  });

function listPieces(era: string, queues: readonly number[], ticks: readonly number[]): string[] {
  const pieces: string[] = [];
  if (era !== '1.25') {
    queues.forEach((queue, index) => {
      pieces.push(...(index === 0 ? [' ['] : [' ']), `${queue}`);
    });
    return [...pieces, ']\n'];
  }
  queues.forEach((queue, index) => {
    pieces.push(' ', ...(index === 0 ? ['[ '] : []), `${queue}`);
  });
  pieces.push(' ]', ' schedticks=[ ');
  for (const tick of ticks) pieces.push(`${tick}`, ' ');
  return [...pieces, ']\n'];
}

const microseconds = fc.nat({ max: 20_000_000 });

/** A gc line: the pieces as written one by one, and what a parser must read from them. */
export const gcLines = fc
  .record({
    era: fc.constantFrom('1.5', '1.6', '1.18', '1.26'),
    cycle: fc.integer({ min: 1, max: 1_000_000 }),
    atMs: fc.nat({ max: 100_000_000 }),
    cpuPercent: fc.nat({ max: 100 }),
    clock: fc.array(microseconds, { minLength: 5, maxLength: 5 }),
    cpu: fc.array(microseconds, { minLength: 7, maxLength: 7 }),
    heap: fc.array(fc.nat({ max: 100_000 }), { minLength: 3, maxLength: 3 }),
    goal: fc.oneof(fc.nat({ max: 100_000 }), fc.constantFrom(17_592_186_044_415, 8_796_093_022_207, 8_532_210_231_541)),
    procs: fc.integer({ min: 1, max: 256 }),
    forced: fc.boolean(),
  })
  .map((v) => {
    const clock = v.clock.slice(0, v.era === '1.5' ? 5 : 3).map(goMs);
    const cpu = v.cpu.slice(0, v.era === '1.5' ? 7 : 5).map(goMs);
    const cpuJoints = v.era === '1.5' ? ['+', '+', '+', '/', '/', '+'] : ['+', '/', '/', '+'];
    const at = (v.atMs / 1000).toFixed(3);
    const checkedLeaks = v.era === '1.26' && v.forced;
    const pieces = ['gc ', `${v.cycle}`, ' @', at, 's ', `${v.cpuPercent}`, '%'];
    if (checkedLeaks) pieces.push(' (checking for goroutine leaks)');
    pieces.push(': ');
    clock.forEach((text, index) => {
      pieces.push(...(index === 0 ? [] : ['+']), text);
    });
    pieces.push(' ms clock, ');
    cpu.forEach((text, index) => {
      pieces.push(...(index === 0 ? [] : [cpuJoints[index - 1] ?? '']), text);
    });
    const [h0, h1, h2] = v.heap;
    pieces.push(' ms cpu, ', `${h0}`, '->', `${h1}`, '->', `${h2}`, ' MB, ', `${v.goal}`, ' MB goal, ');
    const roots = v.era === '1.18' || v.era === '1.26';
    if (roots) pieces.push('1', ' MB stacks, ', '0', ' MB globals, ');
    pieces.push(`${v.procs}`, ' P');
    if (v.forced) pieces.push(' (forced)');
    pieces.push('\n');
    const sum = (parts: readonly string[]) => Math.round(parts.reduce((t, p) => t + Number(p), 0) * 1000) / 1000;
    const [assist, background, idle] = cpu.slice(-4, -1).map(Number);
    return {
      pieces,
      text: pieces.join('').trimEnd(),
      value: {
        cycle: v.cycle,
        atSeconds: Number(at),
        cpuPercent: v.cpuPercent,
        checkedLeaks,
        forced: v.forced,
        pauseMs: sum(clock.filter((_, index) => index % 2 === 0)),
        markMs: sum(clock.filter((_, index) => index % 2 === 1)),
        assistCpuMs: assist,
        backgroundCpuMs: background,
        idleCpuMs: idle,
        cpuMs: sum([...cpu.slice(0, -2), ...cpu.slice(-1)]),
        heapStartMib: h0,
        heapEndMib: h1,
        heapLiveMib: h2,
        heapGoalMib: v.goal > 1e9 ? undefined : v.goal,
        stacksMib: roots ? 1 : undefined,
        globalsMib: roots ? 0 : undefined,
        procs: v.procs,
      },
    };
  });

/** Milliseconds as the runtime prints them (runtime/mgc.go, fmtNSAsMS): two digits, whole from 10 ms on. */
function goMs(us: number): string {
  if (us >= 10_000) return `${Math.floor(us / 1000)}`;
  if (us === 0) return '0';
  let value = us;
  let decimals = 3;
  while (value >= 100) {
    value = Math.floor(value / 10);
    decimals -= 1;
  }
  return (value / 10 ** decimals).toFixed(decimals);
}
