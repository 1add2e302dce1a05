/** What connections that are opened for single requests cost: the time of the requests that wait for them, and the CPU of the one that dials. */
import type { Finding } from '../../model/finding.ts';
import type { LatencySummary } from '../../model/histogram.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatShare } from '../../model/units.ts';
import { isSeen, underWay, type WaitSite } from '../waits/wait-sites.ts';
import { cpuOf } from './cpu-of.ts';
import type { RunEvidence } from './rule.ts';

/** A cost in one step, as far as it was looked at. */
export interface Cost {
  /** Of a request's time, 0 to 1. */
  readonly time?: number | undefined;
  /** Whether so few were seen waiting that it is a rough number. */
  readonly isRough?: boolean;
  /** Of the CPU of the one that dials, 0 to 1. */
  readonly cpu?: number | undefined;
}

/** A cost that is worth a warning. */
const muchOfAll = 0.1;
/** Thirty samples of a CPU profile; the share of fewer is off by more than it is. */
const leastCpuNs = 3e8;
const dialling = /^(net\.\(\*(sysDialer|netFD)\)\.(dial|connect)|crypto\/tls\.\(\*Conn\)\.\w*[hH]andshake)/;
const dialFrames =
  /^(net\.\(\*Dialer\)\.Dial|net\/http\.\(\*Transport\)\.dialConn$|crypto\/tls\.\(\*Conn\)\.\w*[hH]andshake)/;

/** Of a service: requests that wait for a connection, by Little's law as a share of all that are under way; and what its CPU profile says. */
export function costOfDialling(run: RunEvidence, step: StepResult, target: string): Cost {
  const service = run.targets.find(({ id }) => id === target)?.service ?? target;
  const own = run.waits.find((waits) => waits.step === step)?.sites.filter((site) => site.service === service) ?? [];
  const waiting = own.filter((site) => site.request && isForConnection(site));
  const sum = (of: (site: WaitSite) => number) => waiting.reduce((total, site) => total + of(site), 0);
  const time = own.length === 0 ? undefined : Math.min(1, sum(({ mean }) => mean) / underWay(step));
  const cpu = cpuOf(run, { step, target }, dialFrames);
  return {
    time,
    isRough: !isSeen({ seen: sum(({ seen }) => seen) }),
    cpu: cpu && cpu.profiledNs >= leastCpuNs ? cpu.share : undefined,
  };
}

/** A request waits in the pool of its client while another goroutine dials for it, or dials itself. */
function isForConnection({ kind, what, innermost }: WaitSite): boolean {
  return (kind === 'pool' && what === 'http.Transport') || dialling.test(innermost);
}

/** Of the generator: the time that its exchanges took to connect, of all that they took. */
export function costOfConnecting({ phases, responseUs }: StepResult): Cost {
  if (!phases) return {};
  const total = ({ count, mean }: LatencySummary) => count * mean;
  const all = total(responseUs);
  return all > 0 ? { time: Math.min(1, (total(phases.connectUs) + total(phases.tlsUs)) / all) } : {};
}

/** What follows a sentence about connections; empty where nothing is known. */
export function costText({ time, isRough, cpu }: Cost): string {
  const about = isRough ? 'about ' : '';
  const parts = [
    ...(time === undefined
      ? []
      : [
          time === 0
            ? 'no request was seen waiting for one'
            : `waiting for them is ${about}${formatShare(time)} of a request's time`,
        ]),
    ...(cpu === undefined ? [] : [`dialling is ${formatShare(cpu)} of its CPU`]),
  ];
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

/** A warning where it costs much, or where it may be what users paid for and nobody looked. */
export function severityOfCost({ time, cpu }: Cost, isHarmed: boolean): Finding['severity'] {
  const known = [time, cpu].flatMap((share) => share ?? []);
  const isMuch = known.length === 0 ? isHarmed : Math.max(...known) >= muchOfAll;
  return isMuch ? 'warning' : 'note';
}
