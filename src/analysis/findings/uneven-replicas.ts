/** The finding about a replica that gets more than its share of the requests. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { largestShare, type OddOne, type Replicas, replicasOf } from '../run/replicas.ts';
import { whatUsersSee } from './harm.ts';
import { waitsOnlyAt } from './replica-waits.ts';
import type { FindingRule, RunEvidence } from './rule.ts';

const followed = [
  'slow-replica',
  'run-queue-backlog',
  'goroutine-pile-up',
  'hot-function',
  'machine-cpu',
  ...whatUsersSee,
];

interface Uneven {
  readonly step: StepResult;
  readonly odd: OddOne;
  readonly unit: string;
  readonly series: string;
  readonly words: readonly [gets: string, asMany: string];
}

/** Services of which one replica gets so many times what the others get, in most of the measured steps. */
export const unevenReplicas: FindingRule = {
  id: 'uneven-replicas',
  role: 'cause',
  explains: followed,
  find(run) {
    const { steps, targets } = run;
    return replicasOf(targets).flatMap((replicas) => {
      const uneven = steps.flatMap((step) => unevenIn(step, replicas));
      const worst = uneven.toSorted((a, b) => b.odd.value / b.odd.others - a.odd.value / a.odd.others)[0];
      if (!worst || uneven.length <= steps.length / 2) return [];
      if (uneven.some(({ odd }) => odd.target !== worst.odd.target)) return [];
      const { target, value, others } = worst.odd;
      return [
        {
          severity: 'warning',
          title: `${target} ${worst.words[0]} ${formatNumber(value / Math.max(others, 1e-9))} times ${worst.words[1]} the other ${replicas.targets.length - 1} of ${replicas.service}`,
          evidence: uneven
            .slice(0, 4)
            .map(
              ({ step, odd, unit }) =>
                `${step.name}: ${odd.target} ${formatNumber(odd.value)}, the others ${formatNumber(odd.others)} ${unit} on average`,
            ),
          advice: `Look at who chooses the replica: weights, sticky sessions, connections that are kept and never spread again, one name that resolves to few addresses. ${replicas.service} holds more when each gets as much.`,
          steps: uneven.map(({ step }) => step.name),
          targets: [target],
          explains: [
            ...followed,
            ...waitsOnlyAt(target, run),
            ...(isWaitedFor(replicas, run) ? ['slow-upstream'] : []),
          ],
          charts: replicas.targets.map((each) => ({ target: each, series: worst.series })),
        },
      ];
    });
  },
};

/** Where nobody looks at the goroutines of these, who waits for them waits for something that is not observed. */
function isWaitedFor({ targets }: Replicas, { looks }: RunEvidence): boolean {
  return !looks.some(({ target }) => targets.includes(target));
}

/** Round robin and least-connections stay far below these factors; random choice of two does too at any rate worth a word. */
function unevenIn(step: StepResult, replicas: Replicas): Uneven[] {
  const found = largestShare(step, replicas);
  if (!found) return [];
  const { odd, by } = found;
  const isUneven = odd.value >= by.leastValue && odd.value >= by.leastFactor * odd.others;
  return isUneven ? [{ step, odd, unit: by.unit, series: by.series, words: by.words }] : [];
}
