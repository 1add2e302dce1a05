/** Attaches to something that already runs, named targets, containers of a compose project or pods of a namespace, and leaves it running. */
import type { TopologyEngine } from '../model/contracts.ts';
import { externalFaultMistake } from './external/fault-mistake.ts';

const startsNothing = 'must not be given with engine: external, which starts nothing';
const leavesAll = 'must not be given with engine: external, which leaves what runs as it is';

/** Starts and stops nothing; what looks is loaded when it is wanted. */
export const externalEngine: TopologyEngine = {
  kind: 'external',
  attaches: true,
  refuses: {
    compose: startsNothing,
    services: startsNothing,
    profiles: startsNothing,
    overlays: startsNothing,
    images: startsNothing,
    limits: startsNothing,
    buildArgs: startsNothing,
    go: startsNothing,
    scale: leavesAll,
    env: leavesAll,
  },
  faultMistake: externalFaultMistake,
  up: async (...asked) => await (await import('./external-up.ts')).externalUp(...asked),
};
