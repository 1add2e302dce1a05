/** The finding of execution traces alone: the one wait that makes requests slow where nothing else tells why. */
import type { TracedStep } from '../../model/run-traces.ts';
import { placeText, siteText, spentWords } from '../../model/traced-time-text.ts';
import { formatLatencyUs, formatShare } from '../../model/units.ts';
import { breakOf } from '../run/break-step.ts';
import { type ExtraTime, extraTimeOf, type TimeKind } from '../traces/extra-time.ts';
import { stepsHurt } from './fault-times.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { aboutTerm, stepsBelow } from './traced-evidence.ts';

/** What a wait of each kind leads to; kinds without a line are no wait, or name nobody. */
const advices: Partial<Readonly<Record<TimeKind, string>>> = {
  lock: 'Hold the lock for less, take slow work (I/O, allocation, logging) out of it, or split it: the mutex profile names who holds it (runtime.SetMutexProfileFraction).',
  pool: 'Find out first what those that have a connection do with it: raise the number only where what is behind it can take more.',
  channel: 'Look at who is to send or receive there: more of them if what they do can take more at a time.',
  select: 'Look at who is to send or receive there: more of them if what they do can take more at a time.',
  condition: 'Look at who is to signal there, and what that waits for.',
  downstream:
    'Look at what is asked there: give it a pprof address in the topology to have it traced too, or look at its own metrics. Bound the wait with a timeout, so that it does not become yours.',
  sleep:
    'Look at why it sleeps: a back-off grows with the failures of what it calls, a loop that polls is late by half of its pause.',
  syscall: 'Look at what is asked of the kernel there, and whether requests have to wait for it.',
  runnable:
    'Look at what ran instead, which stands in the evidence: make it cheaper, or give the service more processors if they were not free.',
  gc: 'Allocate less for each request (the heap profile names where), or give the heap more room (GOGC, GOMEMLIMIT).',
  stw: 'Look at what stops the world: collections that the program asks for, changes of GOMAXPROCS, profiles.',
};
const most = 0.5;
/** A tail that has not grown so much is that of the step that held. */
const grew = 2;
/** Slow requests of one service are caught at other moments than those of the next: what it has may be so many times what is waited for it. */
const notMore = 2;

/** A service whose slow requests account for most of what is waited for it. */
interface Traced {
  readonly step: TracedStep;
  readonly extra: ExtraTime;
}

/** One kind of wait that makes most of what slow requests take longer, in the step that broke, at the service where the waiting ends. */
export const tracedWait: FindingRule = {
  id: 'traced-wait',
  role: 'cause',
  explains: ['goroutine-pile-up', 'throughput-ceiling', 'latency-knee', 'response-leaves-service'],
  onlyUnexplained: true,
  find(run) {
    const waitedUs = clientWaits(run);
    const walked = waitedUs === undefined ? [] : walk(waitedUs.step, waitedUs.us, run);
    const last = walked.at(-1);
    const wait = last && mostOf(last.extra);
    return last && wait && advices[wait.what] !== undefined ? [found(last, wait, walked.slice(0, -1))] : [];
  },
};

/** By how much the client's p99 is over an ordinary answer in the step that broke; undefined where answers did not become slow. */
function clientWaits(run: RunEvidence): { readonly step: string; readonly us: number } | undefined {
  const { steps, series, scenario } = run;
  const hurt = stepsHurt(run);
  const telling = steps.filter(({ name }) => !hurt.has(name));
  const { breaks, holds, sign } = breakOf({ steps: telling, series, slo: scenario.slo });
  if (!breaks || breaks.serviceUs.count === 0) return undefined;
  const { p99 } = breaks.serviceUs;
  if (holds ? p99 < grew * holds.serviceUs.p99 : sign === 'errors') return undefined;
  return { step: breaks.name, us: p99 - (holds ?? breaks).serviceUs.p50 };
}

/** From the service that gets the load to the one where the waiting ends. */
function walk(step: string, clientUs: number, run: RunEvidence): Traced[] {
  const { traces, scenario } = run;
  const below = stepsBelow(step, run);
  const left = (traces?.steps ?? [])
    .filter((traced) => traced.step === step)
    .flatMap((traced) => {
      const extra = traces && extraTimeOf(traced, traces, below);
      return extra ? [{ step: traced, extra }] : [];
    })
    .sort((a, b) => b.extra.us - a.extra.us);
  const { target } = scenario;
  const entry = target && 'service' in target ? target.service : undefined;
  const isTraced = traces?.steps.some((traced) => traced.step === step && traced.service === entry);
  const walked: Traced[] = [];
  let wantedUs = clientUs;
  let at = left.find((each) => (!isTraced || each.step.service === entry) && each.extra.us > most * wantedUs);
  while (at) {
    walked.push(at);
    const wait = mostOf(at.extra);
    if (wait?.what !== 'downstream') break;
    wantedUs = wait.us;
    at = left.find(
      (each) => !walked.includes(each) && each.extra.us > most * wantedUs && each.extra.us <= notMore * wantedUs,
    );
  }
  return walked;
}

/** The one kind that makes most of it. */
function mostOf({ us, kinds }: ExtraTime): ExtraTime['kinds'][number] | undefined {
  const [greatest] = kinds;
  return greatest && greatest.us > most * us ? greatest : undefined;
}

function found({ step, extra }: Traced, { what, us }: ExtraTime['kinds'][number], callers: readonly Traced[]): Found {
  const { slow } = extra;
  const place = placeText(what, us, slow.parts);
  const site = slow.parts.find((part) => part.what === what && part.site !== '')?.site;
  const than = extra.than === undefined ? 'ordinary ones' : `ordinary ones of ${extra.than}`;
  const ending = what === 'downstream' ? ', of something that is not traced' : '';
  return {
    severity: 'warning',
    title: `${extra.isOfAll ? 'Requests' : 'Slow requests'} of ${step.service} take ${formatLatencyUs(extra.us)} longer, ${formatLatencyUs(us)} of it ${spentWords[what]}${place}${ending}`,
    evidence: [
      `${step.step}, ${step.targets.join(', ')}: ${slow.who} took ${formatLatencyUs(slow.meanUs)} on average, ${formatLatencyUs(extra.us)} longer than ${than}; ${formatShare(Math.min(1, us / extra.us))} of that ${spentWords[what]}${aboutTerm(what, us, slow)}`,
      ...callers.map(
        ({ step: { service }, extra: waited }) =>
          `${service} waits for it: ${formatLatencyUs(waited.kinds[0]?.us ?? 0)} of ${formatLatencyUs(waited.us)} that its requests take longer`,
      ),
    ],
    advice: advices[what] ?? '',
    steps: [step.step],
    targets: [...step.targets],
    ...(site === undefined ? {} : { site: siteText(site) }),
  };
}
