/** Runs the services of a compose file as local processes, each replica on a loopback address of its own; no Docker. */
import type { TopologyEngine } from '../model/contracts.ts';
import { processFaultMistake } from './process/faults.ts';

/** Why settings that only containers can be given are refused. */
const needsDocker = 'needs Docker, which engine: process does without (run with --engine compose)';

/**
 * Local processes, built with the Go tool; Linux only, because replicas need addresses in 127.0.0.0/8. What starts them is loaded when it is
 * wanted.
 */
export const processEngine: TopologyEngine = {
  kind: 'process',
  refuses: { images: needsDocker, limits: needsDocker, buildArgs: needsDocker },
  faultMistake: processFaultMistake,
  up: async (...asked) => await (await import('./process-up.ts')).processUp(...asked),
};
