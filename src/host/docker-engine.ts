/** A Docker engine, as far as rampart has questions to it. */
import type { GroupLimits } from './proc-fs.ts';

type Labels = Readonly<Record<string, string>>;

/** What an engine that answered says about itself; `arch` is a GOARCH, such as `amd64`. */
export interface DockerFacts {
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
}

/** A container in a list. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** Ports of the container, with those of this machine that lead to them. */
  readonly ports: readonly { readonly container: number; readonly host?: number | undefined }[];
}

/** Which containers to list. */
export interface ContainerChoice {
  /** `name` or `name=value`; all of them. */
  readonly labels?: readonly string[];
  /** Also those that do not run. */
  readonly stopped?: boolean;
  readonly signal?: AbortSignal;
}

/** A container as it is now. */
export interface InspectedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  readonly environment: Labels;
  readonly hasTty: boolean;
  /** Also while it is paused. */
  readonly isRunning: boolean;
  /** When it last started and ended, seconds since 1970, by the engine's clock; before 1970 where it never did. */
  readonly startedS: number;
  readonly endedS: number;
  readonly exitCode: number;
  /** `starting`, `healthy`, `unhealthy`; undefined without a health check. */
  readonly health?: string | undefined;
  /** On the machine of the engine. */
  readonly pid?: number | undefined;
  readonly ports: readonly ContainerPort[];
  /** Its networks by name, with its own address on each that has one. */
  readonly networks: readonly { readonly name: string; readonly address: string }[];
  /** `bridge`, `host`, `none`, the name of a network, or `container:<id>` for that of another container. */
  readonly networkMode: string;
  /** The image as it was named, and its id. */
  readonly image: string;
  readonly imageId: string;
  readonly limits: GroupLimits;
  readonly resources: ContainerResources;
}

/**
 * What it may use, as the engine keeps it (Engine API, HostConfig): cores in billionths, or microseconds of CPU in a period; bytes. Zero is
 * not said.
 */
export interface ContainerResources {
  readonly nanoCpus: number;
  readonly cpuPeriod: number;
  readonly cpuQuota: number;
  readonly memory: number;
  readonly memorySwap: number;
}

/** What an engine can do to containers on its machine. */
export interface EngineAbilities {
  /** The name of the system it runs on, such as `Docker Desktop`; empty when it does not say. */
  readonly operatingSystem: string;
  readonly limitsCpu: boolean;
  readonly limitsMemory: boolean;
  /** Whether it has control groups, without which it cannot pause. */
  readonly pauses: boolean;
}

/** A port of a container and where the engine publishes it. */
export interface ContainerPort {
  readonly number: number;
  readonly protocol: string;
  /** The address is empty, `0.0.0.0` or `::` for all of them. */
  readonly bindings: readonly { readonly address: string; readonly port: string }[];
}

/** Something that is made in an engine and stays there until it is removed. */
export interface EngineThing {
  readonly kind: 'container' | 'network' | 'volume' | 'image';
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** Removes it by force; what is gone already is no failure. */
  remove(): Promise<void>;
}

/** One line that a container printed. */
export interface ContainerLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Which lines of a container to follow. */
export interface LogChoice {
  /** A container with a terminal has one stream for both. */
  readonly hasTty: boolean;
  /** How many old lines come first; all when undefined. */
  readonly tail?: number | undefined;
  /** Only lines since then, seconds since 1970. */
  readonly sinceS?: number | undefined;
  readonly signal: AbortSignal;
}

/** Something that happened to a container. */
export interface ContainerEvent {
  /** `start`, `die`, `oom`, `update`. */
  readonly action: string;
  /** By the engine's clock, seconds since 1970, where it says. */
  readonly atS?: number | undefined;
  readonly containerId: string;
  /** Its labels, and what belongs to the action: `exitCode` of `die`. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** Which events to follow, of containers that have all these labels. */
interface EventChoice {
  readonly actions: readonly string[];
  readonly labels?: readonly string[];
  readonly signal: AbortSignal;
}

/** A Docker engine. What it streams comes until the engine ends it or the signal aborts, which throws. */
export interface DockerEngine {
  /** Asks who it is; rejects with environmentError (missing, no permission, no answer within `ms`) that has a way out. */
  ping(ms: number): Promise<DockerFacts>;
  abilities(): Promise<EngineAbilities>;
  containers(choice: ContainerChoice): Promise<ListedContainer[]>;
  /** Rejects when the container is gone, or the signal aborts. */
  inspect(containerId: string, signal?: AbortSignal): Promise<InspectedContainer>;
  /** Everything that carries this label. */
  things(label: string): Promise<EngineThing[]>;
  /** The id of an image that is there; undefined when it is not. */
  imageId(name: string): Promise<string | undefined>;
  /** Rejects when the log driver of the container cannot be read. */
  logs(containerId: string, choice: LogChoice): Promise<AsyncIterable<ContainerLine>>;
  /** Resolves when the engine has begun to send. */
  events(choice: EventChoice): Promise<AsyncIterable<ContainerEvent>>;
  /** One JSON text about every second (Engine API, GET /containers/{id}/stats). */
  stats(containerId: string, signal: AbortSignal): Promise<AsyncIterable<string>>;
  readonly change: ContainerChanges;
}

/** What can be done to a container; each resolves when it is so, or was so already, and rejects with the engine's own words. */
export interface ContainerChanges {
  start(containerId: string): Promise<void>;
  /** By its own stop signal, and killed after its own grace. */
  stop(containerId: string): Promise<void>;
  /** SIGKILL; no restart policy starts it again. */
  kill(containerId: string): Promise<void>;
  pause(containerId: string): Promise<void>;
  unpause(containerId: string): Promise<void>;
  /** What is not given, or zero, stays. Resolves with what the engine left out. */
  limit(containerId: string, resources: Partial<ContainerResources>): Promise<readonly string[]>;
}
