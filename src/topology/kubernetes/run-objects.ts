/** What a run starts on Kubernetes, whatever it was made of: manifests, or a compose file. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import type { ServiceHints } from '../compose-file/service-labels.ts';

/** When another service is far enough for this one to start. */
interface StartCondition {
  readonly service: string;
  readonly until: 'started' | 'ready' | 'completed';
}

/** A TCP port inside a pod, and what it is called. */
export interface NamedPort {
  readonly number: number;
  readonly name?: string | undefined;
}

/** An object that makes pods. */
export interface RunWorkload {
  /** What the scenario and the result call it. */
  readonly service: string;
  /** Whole, without a namespace; the engine adds the labels by which it finds its pods. */
  readonly object: KubeObject;
  /** The container that is measured; undefined: the first. */
  readonly container?: string | undefined;
  readonly hints: ServiceHints;
  readonly ports: readonly NamedPort[];
  /** How many pods it makes; undefined where the cluster decides, as of a DaemonSet. */
  readonly replicas: number | undefined;
  /** Runs to its end, and is no target. */
  readonly isOneShot: boolean;
  readonly after: readonly StartCondition[];
  /** The address of a replica, numbers from 1, where each has one of its own on the network of its node. */
  readonly addressOf?: ((number: number) => string) | undefined;
}

/** Everything of a run, in the order in which it is made. */
export interface RunObjects {
  /** What has to be there before the workloads. */
  readonly before: readonly KubeObject[];
  /** Each after those that it waits for. */
  readonly workloads: readonly RunWorkload[];
  readonly warnings: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}
