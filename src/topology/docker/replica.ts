/** A container of a run over all its lives: where it is reached now, and whether it is there. */

import type { DockerEngine } from '../../host/docker-engine.ts';
import type { Clock } from '../../model/host.ts';
import type { Target } from '../../model/topology.ts';
import type { ServiceHints } from '../compose-file/service-labels.ts';
import type { RunMeans } from '../faults/run-fault.ts';
import type { NetworkMeans } from '../network/inject.ts';
import type { ContainerWatch } from './container-watch.ts';
import { containerTarget, type ProjectContainer } from './containers.ts';

/** A replica that can be stopped and started again, as the same container. */
export interface ContainerReplica {
  readonly containerId: string;
  /** Kept up to date. */
  readonly target: Target;
  /** It was started again, or looked at: the engine may have given it other ports of this machine. */
  moveTo(container: ProjectContainer): void;
  isAway(away: boolean): void;
}

/** What faults are done with. */
export interface FaultMeans {
  readonly docker: DockerEngine;
  readonly watch: ContainerWatch;
  readonly clock: Clock;
  /** In the order of their numbers, also those that are away. */
  readonly replicas: readonly ContainerReplica[];
  /** Resolves when all of these, just started, can take load, at addresses that are theirs now. */
  whenReady(started: readonly ContainerReplica[], signal: AbortSignal): Promise<void>;
  readonly run: RunMeans;
  /** Variables of what is started beside the containers: whose it is. */
  readonly marks: Readonly<Record<string, string>>;
  /** That of the run. */
  readonly signal: AbortSignal;
  /** Absent where no fault of the network is asked for. */
  readonly network: NetworkMeans | undefined;
}

/** Away unless it runs. */
export function containerReplica(
  container: ProjectContainer,
  hints: ServiceHints,
  binary: string | undefined,
): ContainerReplica {
  const target: { -readonly [Key in keyof Target]: Target[Key] } = { ...containerTarget(container, hints), binary };
  target.isAway = !container.isRunning;
  return {
    containerId: container.id,
    target,
    moveTo: (now) => {
      const { ports, pprofUrl, metricsUrl } = containerTarget(now, hints);
      Object.assign(target, { ports, pprofUrl, metricsUrl });
    },
    isAway: (away) => {
      target.isAway = away;
    },
  };
}
