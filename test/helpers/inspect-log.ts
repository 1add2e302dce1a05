/** A log as text to what `inspect` makes of it. */
import { createLogInspector } from '../../src/analysis/inspect/log.ts';
import { createLogScanner } from '../../src/goruntime/log/scanner.ts';
import type { LogInspection } from '../../src/model/inspection.ts';

export function inspectText(text: string, file = 'api.log'): LogInspection {
  const inspector = createLogInspector();
  const scanner = createLogScanner(inspector.record);
  scanner.write(Buffer.from(text));
  return inspector.finish(file, text.length, scanner.end());
}

/** A SCHED line of two Ps. */
export function sched(ms: number, runqueue: number, idleprocs: number, threads = 5): string {
  return `SCHED ${ms}ms: gomaxprocs=2 idleprocs=${idleprocs} threads=${threads} spinningthreads=0 needspinning=0 idlethreads=2 runqueue=${runqueue} [ 1 2 ] schedticks=[ ${ms} ${ms} ]\n`;
}

/** A gc line whose pause is `pauseMs` in all. */
export function gc(cycle: number, atS: number, pauseMs: number, liveMib: number): string {
  return `gc ${cycle} @${atS.toFixed(3)}s 3%: ${pauseMs}+1.5+0 ms clock, 0.1+0.2/0.3/0.4+0.1 ms cpu, 9->9->${liveMib} MB, 20 MB goal, 0 MB stacks, 0 MB globals, 2 P\n`;
}
