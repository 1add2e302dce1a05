/** Which waits are of one replica alone: what is other about that replica explains them, where its twins get along with the same code. */
import type { WaitKind } from '../waits/stack-kind.ts';
import { tellingSites } from '../waits/telling.ts';
import type { RunEvidence } from './rule.ts';
import { onlyReplica } from './wait-words.ts';

const kindsOf: Readonly<Record<string, readonly WaitKind[]>> = {
  'pool-too-small': ['pool', 'queue'],
  'lock-convoy': ['lock'],
  'blocking-syscalls': ['syscall'],
};

/** Ids of findings about waits that are all at this replica. */
export function waitsOnlyAt(target: string, { waits, scenario, targets }: RunEvidence): string[] {
  return Object.entries(kindsOf).flatMap(([id, kinds]) => {
    const telling = tellingSites(waits, scenario, kinds);
    return telling.length > 0 && telling.every(({ site }) => onlyReplica(site, targets) === target) ? [id] : [];
  });
}
