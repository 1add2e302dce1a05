/** Goroutines that look as if nobody will ever wake them. */
import type { InspectedGroup } from '../../model/inspected-goroutines.ts';
import type { Judgement } from '../../model/inspected-input.ts';
import { formatCount } from '../../model/units.ts';

const longMinutes = 5;
const manyForLong = 10;
const manyAtOnce = 100;
const nilChannel = /\(nil chan\)$/;
const channel = /^chan (?:send|receive)$/;
/** What idle workers, servers and kept connections do as well. */
const ordinary = /^(?:select|IO wait|sleep|sync\.Cond\.Wait|syscall|finalizer wait|GC .*|force gc.*|cleanup wait)$/;
/** What the runtime and os/signal start once and keep. */
const kept = /^(?:runtime|os\/signal)\./;

/** What is to say of goroutines that wait in these groups; largest first, as they are. */
export function judgeLeaks(groups: readonly InspectedGroup[]): Judgement[] {
  return groups.flatMap((group) => {
    const found = kept.test(group.site) ? undefined : judgeGroup(group);
    if (!found) return [];
    const { createdBy = [], longestWaitMinutes } = group;
    const evidence = [
      ...found.evidence,
      ...(longestWaitMinutes === undefined ? [] : [`the longest waits for ${longestWaitMinutes} minutes`]),
      ...(createdBy.length > 0 ? [`started by ${createdBy.join(', ')}`] : []),
    ];
    return [{ ...found, evidence }];
  });
}

function judgeGroup({
  count,
  reason,
  site,
  leaked = 0,
  longestWaitMinutes = 0,
}: InspectedGroup): Judgement | undefined {
  const many = `${formatCount(count)} ${count === 1 ? 'goroutine' : 'goroutines'}`;
  if (leaked > 0) {
    return {
      severity: 'warning',
      certainty: 'certain',
      title: `${formatCount(leaked)} leaked in ${site} (${reason})`,
      evidence: ['found by the collector: nothing that still runs can reach what they wait for'],
    };
  }
  if (nilChannel.test(reason)) {
    return {
      severity: 'warning',
      certainty: 'certain',
      title: `${many} blocked for ever in ${site} (${reason})`,
      evidence: ['an operation on a nil channel never ends'],
    };
  }
  if (count >= manyForLong && longestWaitMinutes >= longMinutes) {
    return {
      severity: 'warning',
      certainty: ordinary.test(reason) ? 'possible' : 'likely',
      title: `${many} wait in ${site} (${reason}) for long: a leak?`,
      evidence: ordinary.test(reason) ? ['idle workers and kept connections wait like this too'] : [],
    };
  }
  if (count >= manyAtOnce && channel.test(reason)) {
    return {
      severity: 'info',
      certainty: 'possible',
      title: `${many} wait in ${site} (${reason})`,
      evidence: ['a leak, or work in flight: a second dump some time later tells whether they grow'],
    };
  }
  return undefined;
}
