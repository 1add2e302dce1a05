/** What is under test, as a scenario says it: what to start, or what runs already. */

/** The most that each replica of a service may use: cores, bytes. */
export interface ServiceLimits {
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

/** How a Go program is built, beyond what its own build says; what is absent stays as it is there. */
export interface GoSettings {
  /** A Go toolchain such as `go1.27.0`, `go1.27.x` for the newest of its patches, or `local`. */
  readonly toolchain?: string | undefined;
  /** The GOEXPERIMENT, such as `nogreenteagc`. */
  readonly experiment?: string | undefined;
  /** The absolute path of a CPU profile, or `off`, or `auto` for the `default.pgo` beside the main package. */
  readonly pgo?: string | undefined;
  /** Such as `-ldflags=-s`, after those of the build itself. */
  readonly flags?: readonly string[] | undefined;
}

/** For every Go program that rampart builds, and on top of it by service. */
export interface GoTopologySettings extends GoSettings {
  readonly services?: Readonly<Record<string, GoSettings>> | undefined;
}

/** What may differ between variants of one topology; overlays are compose files at absolute paths, later ones win. */
export interface TopologySettings {
  readonly scale?: Readonly<Record<string, number>> | undefined;
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly overlays?: readonly string[] | undefined;
  readonly images?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Readonly<Record<string, ServiceLimits>> | undefined;
  readonly buildArgs?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly go?: GoTopologySettings | undefined;
}

/**
 * One variant: what it sets, the branch, tag or commit that the compose file and all it builds are taken from, and which of the scenario's
 * faults it runs, all of them where it does not say.
 */
export interface VariantSettings extends TopologySettings {
  readonly git?: string | undefined;
  readonly faults?: readonly string[] | undefined;
}

/** A Go program that is a service without a compose file: one main package, and where it can be reached. */
export interface GoService {
  /** The absolute folder that it is built in and runs in. */
  readonly folder: string;
  /** Its main package, from there. */
  readonly go: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  /** `PORT` or `PORT/PATH` where it shows its runtime, its metrics, and that it is ready. */
  readonly pprof?: string | undefined;
  readonly metrics?: string | undefined;
  readonly ready?: string | undefined;
  /** The one loopback address that it listens on, where nothing makes it take another. */
  readonly address?: string | undefined;
}

/** Which services to start, how many of each, with which environment; files are absolute paths. */
export interface ComposeTopology extends TopologySettings {
  /** The kind of a topology engine; `auto` is the best of those that start services. */
  readonly engine: string;
  /** The compose file, or the first of several; of services without one the name that messages call them by, in the folder of the first. */
  readonly compose: string;
  /** Services by name, where the scenario itself says what they are. */
  readonly services?: Readonly<Record<string, GoService>> | undefined;
  /** All compose files where the scenario lists them; absent: `compose`, and the override file that Compose would merge into it. */
  readonly composeFiles?: readonly string[] | undefined;
  /** Profiles whose services start; absent: those of COMPOSE_PROFILES. */
  readonly profiles?: readonly string[] | undefined;
  readonly scale: Readonly<Record<string, number>>;
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where and how it runs on Kubernetes; only with that engine. */
  readonly kube?: KubeSettings | undefined;
  readonly readyTimeoutMs: number;
  /** Names of conditions without which it is not ready. */
  readonly readyWhen?: readonly string[] | undefined;
}

/** Which cluster, and how what runs in it is changed. */
export interface KubeSettings {
  /** A context of the kubeconfig; absent: its current one. */
  readonly context?: string | undefined;
  /** An absolute path; absent: as kubectl finds it. */
  readonly kubeconfig?: string | undefined;
  /** Whether pods are on the network of their node. */
  readonly hostNetwork: boolean;
  /** A command that puts an image into the cluster, and its arguments: `{archive}` is a file as `docker save` writes it. */
  readonly imageLoad?: readonly string[] | undefined;
  /** Where images are pushed to, before their names: `registry.example.com/team`. */
  readonly imagePush?: string | undefined;
}

/** A chart, the files and values that it is rendered with, and the name of its release. */
export interface HelmSource {
  /** An absolute folder or archive, or a name that helm itself finds. */
  readonly chart: string;
  readonly values: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly release: string;
}

/** What objects are read from: files and folders, what kustomize makes of a folder, or what helm makes of a chart; paths are absolute. */
export type ManifestSource =
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'kustomize'; readonly folder: string }
  | { readonly kind: 'helm'; readonly helm: HelmSource };

/** Objects of Kubernetes to make in a namespace of the run; its workloads are the services. */
export interface ManifestTopology extends TopologySettings {
  readonly engine: string;
  readonly manifests: ManifestSource;
  readonly kube: KubeSettings;
  readonly scale: Readonly<Record<string, number>>;
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly readyTimeoutMs: number;
  /** See `ComposeTopology`. */
  readonly readyWhen?: readonly string[] | undefined;
}

/** One service that is already running; each address is a whole URL, `logs` an absolute path of a file with its stderr. */
export interface ExternalTarget {
  readonly name: string;
  readonly pprof?: string | undefined;
  readonly metrics?: string | undefined;
  readonly logs?: string | undefined;
  readonly pid?: number | undefined;
}

/** Something already running, left running afterwards: named targets, the containers of a compose project, or the pods of a namespace. */
export interface ExternalTopology {
  readonly engine: string;
  readonly project?: string | undefined;
  readonly namespace?: string | undefined;
  /** Labels of pods in the namespace, as kubectl takes them; absent: all that run. */
  readonly selector?: string | undefined;
  /** A context of the kubeconfig, and an absolute path of another one; absent: those that kubectl would take. */
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly targets: readonly ExternalTarget[];
  readonly readyTimeoutMs: number;
  readonly readyWhen?: readonly string[] | undefined;
}

/** The part of a scenario that says what is under test. */
export type TopologySpec = ComposeTopology | ManifestTopology | ExternalTopology;

/** Whether a topology runs already, and nothing of it is started. */
export function isExternal(topology: TopologySpec): topology is ExternalTopology {
  return !isComposed(topology) && !isManifested(topology);
}

/** Whether objects of Kubernetes say what its services are. */
export function isManifested(topology: TopologySpec): topology is ManifestTopology {
  return 'manifests' in topology;
}

/** Whether compose files, or the scenario itself, say what its services are. */
export function isComposed(topology: TopologySpec): topology is ComposeTopology {
  return 'compose' in topology;
}
