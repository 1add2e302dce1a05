/** The finding about threads: goroutines that block in system calls or cgo keep one each. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import type { StepWaits } from '../waits/wait-sites.ts';
import { harmedSteps, severityWhere } from './harm.ts';
import { foundAt, placesOf } from './places.ts';
import type { FindingRule, RunEvidence } from './rule.ts';
import { hostTarget, procsOf, type Table } from './vitals.ts';

/** Whoever tells them, the kernel first: it cannot miss any. */
const names = ['proc.threads', 'sched.threads', 'go.threads'] as const;
const threadFactor = 8;
const always = 16;

/** The greatest number of threads of a target in a step, and the series that tells it. */
export function threadsOf(
  step: StepResult,
  target: string,
): { readonly value: number; readonly series: string } | undefined {
  for (const series of names) {
    const value = step.targets[target]?.[series]?.max;
    if (value !== undefined) return { value, series };
  }
  return undefined;
}

/** Whether one of these targets held many more threads than its Ps explain, which are as many as the machine has cores unless told. */
export function manyThreads(step: StepResult, targets: readonly string[]): boolean {
  const cores = step.targets[hostTarget]?.['host.cores']?.last;
  return targets.some((target) => {
    const { value = 0 } = threadsOf(step, target) ?? {};
    const procs = procsOf(step.targets[target] ?? {}) ?? cores;
    return procs !== undefined && value > always + threadFactor * procs;
  });
}

/** Whether a target is known to be a Go program: threads of others are as many as they please. */
function isGo({ targets }: RunEvidence, target: string, table: Table): boolean {
  const told = Object.keys(table).some((name) => /^(?:go|gc|sched|goroutines)\./.test(name));
  return told || targets.find(({ id }) => id === target)?.go !== undefined;
}

/** Steps in which a service held many more threads than Ps: goroutines block in system calls or cgo. */
export const threadGrowth: FindingRule = {
  id: 'thread-growth',
  role: 'symptom',
  find(run) {
    const places = placesOf(run, ({ step, target, table }) =>
      isGo(run, target, table) && manyThreads(step, [target]) ? threadsOf(step, target)?.value : undefined,
    );
    const [worst] = places;
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const site = siteOf(run.waits, worst.step, worst.target);
    return [
      foundAt(
        run,
        places,
        names,
        ({ value, table }) => `${formatNumber(value)} threads, GOMAXPROCS ${procsOf(table) ?? 'not known'}`,
        {
          severity: severityWhere(
            ({ name }) => harmed.has(name),
            places.map(({ step }) => step),
          ),
          title:
            site === undefined
              ? `${worst.target} has ${formatNumber(worst.value)} threads, many more than it has Ps`
              : `System calls hold ${formatNumber(worst.value)} threads of ${worst.target}, most in ${site}`,
          advice:
            'Each goroutine in a blocking system call or cgo keeps a thread, and what was once started stays. Bound them with a semaphore, or use calls that the network poller can wait for.',
          ...(site === undefined ? {} : { site }),
        },
      ),
    ];
  },
};

function siteOf(waits: readonly StepWaits[], { name }: StepResult, target: string): string | undefined {
  const own = waits.find(({ step }) => step.name === name)?.sites ?? [];
  const blocked = own.filter((site) => site.kind === 'syscall' && site.targets.includes(target));
  return blocked.toSorted((a, b) => b.mean - a.mean)[0]?.site;
}
