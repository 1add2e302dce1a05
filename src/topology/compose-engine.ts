/** Runs a compose file with Docker Compose: its own resolved project for each run, reached through ports on 127.0.0.1. */
import type { TopologyEngine } from '../model/contracts.ts';
import { containerFaultMistake } from './docker/faults.ts';

/** Docker Compose v2 on an engine of this machine; what starts it is loaded when it is wanted. */
export const composeEngine: TopologyEngine = {
  kind: 'compose',
  refuses: {
    services:
      'has programs without an image, which only run as local processes (leave out the engine, or say engine: process)',
  },
  faultMistake: containerFaultMistake,
  up: async (...asked) => await (await import('./compose-up.ts')).composeUp(...asked),
};
