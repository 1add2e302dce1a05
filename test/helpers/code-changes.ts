/** What profile rounds of a made-up service say, for tests of how it is told. */
import { codeChanges } from '../../src/analysis/code/code-changes.ts';
import type { CodeChanges } from '../../src/model/code-changes.ts';
import { type MadeStack, profiledRounds } from '../simulation/profiled-service.ts';

const serve = ['net/http.(*conn).serve', 'example.com/shop/web.quote'];
const base: readonly MadeStack[] = [
  { frames: ['net/http.(*conn).serve', 'bufio.(*Writer).Flush'], cpuUs: 30 },
  { frames: [...serve, 'example.com/shop/old.Check'], cpuUs: 25 },
  { frames: [...serve, 'example.com/shop/checkout.Encode'], cpuUs: 40, objects: 4, size: 512 },
];

/** A function that costs 18 us more, one that is new and one that is gone; or nothing that changed. */
export function madeCode(kind: 'changed' | 'same' = 'changed'): CodeChanges {
  const after = [
    ...base.slice(0, 1),
    { frames: [...serve, 'example.com/shop/checkout.Encode'], cpuUs: 58, objects: 4, size: 512 },
    { frames: [...serve, 'example.com/shop/<audit>.Log'], cpuUs: 80 },
  ];
  const rounds = profiledRounds(base, kind === 'same' ? base : after, 3, { requests: 60_000, runSd: 0.01 });
  return { ...codeChanges(rounds, 4), state: 'complete', message: '', diff: 'diff.pb.gz' };
}
