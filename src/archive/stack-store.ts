/** Stacks of which each is held once, however many profiles saw it. */
import type { StackGroup, Stacks } from '../model/sample.ts';

/** A function that gives a profile whose stacks are those that it has seen before, where it has. */
export function createStackStore(): (stacks: Stacks) => Stacks {
  const known = new Map<string, Omit<StackGroup, 'count'>>();
  return (stacks) => ({
    ...stacks,
    groups: stacks.groups.map(({ count, reason, site, frames }) => {
      const key = `${reason}\n${site}\n${frames.join('\n')}`;
      const stack = known.get(key) ?? { reason, site, frames };
      known.set(key, stack);
      return { count, reason: stack.reason, site: stack.site, frames: stack.frames };
    }),
  });
}
