/** Findings about what a fault of the run did, tied to it: they follow from it, or are notes where it hurt nobody. */
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import type { Finding } from '../../model/finding.ts';
import { didHarm, feltUntilUs, stepsOf } from './fault-times.ts';
import type { RunEvidence } from './rule.ts';

/** What taking a replica away, or holding it up, looks like from inside, whether or not users are hurt. */
const ofReplicas = [
  'process-ended',
  'uneven-replicas',
  'slow-replica',
  'connections-refused',
  'connection-churn',
  'tcp-retransmits',
];
/** What follows where users are hurt. */
const ofHarm = [
  'failures',
  'resent',
  'throughput-ceiling',
  'latency-knee',
  'goroutine-pile-up',
  'response-leaves-service',
  'retry-amplification',
  'rate-limited',
  'slow-upstream',
  'request-sleeps',
  'pool-too-small',
  'run-queue-backlog',
  'accept-queue-full',
  'periodic-stall',
  'stalls-meet',
];
const ofKind: Readonly<Record<string, readonly string[]>> = {
  cpu: ['cpu-throttled', 'machine-cpu', 'noisy-host', 'run-queue-backlog', 'gomaxprocs-above-limit'],
  memory: ['memory-full', 'memory-limit', 'out-of-memory', 'gc-pressure'],
};
/** A process that was told to end may be seen to end a moment later. */
const lateUs = 2_000_000;

/** The same findings; those that a fault explains are explained by its own, and say so where it hurt nobody. */
export function tiedToFaults(findings: readonly Finding[], run: Pick<RunEvidence, 'faults' | 'steps'>): Finding[] {
  const { faults = [], steps } = run;
  const begun = faults.filter(({ startUs }) => startUs !== undefined);
  if (begun.length === 0) return [...findings];
  const ties = findings.map((finding) => begun.filter((fault) => mayBeOf(finding, fault, run)));
  const isFully = (finding: Finding, own: readonly FaultOutcome[]) => {
    const faulty = new Set(own.flatMap((fault) => stepsOf(fault, steps).map(({ name }) => name)));
    return finding.steps.every((name) => faulty.has(name));
  };
  const tied = findings.map((finding, index) => (isFully(finding, ties[index] ?? []) ? (ties[index] ?? []) : []));
  const harmful = new Set(tied.flatMap((own, index) => (own.some(didHarm) ? [findings[index]?.id ?? ''] : [])));
  return findings.map((finding, index) => {
    if (finding.id === 'fault-effect') return { ...finding, explains: [...harmful] };
    const own = tied[index] ?? [];
    if (own.length === 0 || (own.some(didHarm) && !isAsked(finding, own))) return finding;
    const names = own.map(({ name }) => name).join(', ');
    return { ...finding, severity: 'note', evidence: [...finding.evidence, `In its time the run did this: ${names}`] };
  });
}

function mayBeOf(finding: Finding, fault: FaultOutcome, { steps }: Pick<RunEvidence, 'steps'>): boolean {
  const kinds = [...ofReplicas, ...(ofKind[fault.kind] ?? []), ...(didHarm(fault) ? ofHarm : [])];
  if (!kinds.includes(finding.id)) return false;
  if (finding.id === 'process-ended') return isAsked(finding, [fault]);
  const names = new Set(stepsOf(fault, steps).map(({ name }) => name));
  return finding.steps.some((name) => names.has(name));
}

/** Whether it tells of an end of what a fault was done to, in its time. */
function isAsked({ id, targets = [], sinceUs = 0 }: Finding, faults: readonly FaultOutcome[]): boolean {
  return (
    id === 'process-ended' &&
    faults.some(
      (fault) =>
        targets.some((target) => fault.targets.includes(target)) &&
        sinceUs >= fault.askedUs &&
        sinceUs <= feltUntilUs(fault) + lateUs,
    )
  );
}
