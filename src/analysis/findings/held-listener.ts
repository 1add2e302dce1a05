/** Listeners that do not accept although connections wait: a limit on connections stands before them. */
import type { StackGroup } from '../../model/sample.ts';
import { isInStep } from '../run/step-time.ts';
import { stackKind } from '../waits/stack-kind.ts';
import type { Place } from './places.ts';
import type { RunEvidence } from './rule.ts';

const accept = /\)\.Accept$/;
const inKernel = 'internal/poll.(*FD).Accept';
/** Of the looks: a listener that waits for a moment is seen in few of them. */
const mostLooks = 0.5;
/** Connections that wait on average; a listener fed by another (a multiplexer) waits for that one, which accepts at once. */
const leastQueue = 1;

/** What a server waits in, within Accept, for most of a step in which connections wait to be accepted; undefined where it does not. */
export function heldListener(
  { stacks }: Pick<RunEvidence, 'stacks'>,
  { step, target, table }: Omit<Place, 'value'>,
): string | undefined {
  if ((table['sock.accept_queue']?.mean ?? 0) < leastQueue) return undefined;
  const looks = stacks.filter((look) => look.target === target && isInStep(step, look.atUs));
  const sites = looks.flatMap(({ groups }) => groups.flatMap((group) => heldIn(group) ?? []).slice(0, 1));
  return sites.length > mostLooks * looks.length ? sites[0] : undefined;
}

function heldIn(group: StackGroup): string | undefined {
  const { frames, site } = group;
  if (!frames.some((frame) => accept.test(frame)) || frames.includes(inKernel)) return undefined;
  return stackKind(group).kind === 'runnable' ? undefined : site;
}
