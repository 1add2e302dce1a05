/** Groups of profiles that tests make up. */
import type { WorkGroup } from '../../../src/analysis/profiles/work-group.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';

/** CPU samples (10 ms each) by stack, innermost first and separated by blanks, of a step of a service, but for what is given. */
export function groupOf(samples: Readonly<Record<string, number>>, given: Partial<WorkGroup> = {}): WorkGroup {
  const profile = profileOf(
    Object.entries(samples).map(([stack, count]) =>
      sampleOf(stack.split(' '), [BigInt(count), BigInt(count) * 10_000_000n]),
    ),
  );
  return {
    service: 'api',
    run: 'r1',
    step: 'low',
    rps: 100,
    profile,
    gauges: [false, false],
    profiles: 1,
    instances: 1,
    windowNs: 1e9,
    untilNs: 1_700_000_000_500_000_000n,
    requests: { answered: 1000 },
    ...given,
  };
}
