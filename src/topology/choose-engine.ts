/** `engine: auto`: Docker Compose where it works, local processes where it does not; and a line that says which and why. */
import { connectDocker } from '../host/docker.ts';
import type { RunContext, TopologyEngine } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import { composeVersion } from './compose/cli.ts';

/** The two to choose from. */
export interface EngineChoice {
  readonly compose: TopologyEngine;
  readonly process: TopologyEngine;
}

const patienceMs = 3000;

/** Compose if an engine answers within 3 seconds and the Compose plugin is there, else local processes. */
export async function chooseEngine(engines: EngineChoice, context: RunContext): Promise<TopologyEngine> {
  try {
    const { version } = await connectDocker(context.env).ping(patienceMs);
    const compose = await composeVersion(context.env, context.signal);
    context.log.info(`engine: compose (Docker ${version}, Compose ${compose})`);
    return engines.compose;
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.info(`engine: process (no Docker Compose: ${messageOf(error)})`);
    return engines.process;
  }
}
