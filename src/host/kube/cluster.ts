/** A Kubernetes cluster, as far as rampart has questions to it: plain objects, as its API writes them. */
import type { Duplex } from 'node:stream';

type Texts = Readonly<Record<string, string>>;

/** A kind of object, as manifests name it: `apps/v1`, `Deployment`. */
export interface KubeKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** One object by its name; the namespace is left out for kinds that lie in none. */
export interface KubeRef extends KubeKind {
  readonly name: string;
  readonly namespace?: string | undefined;
  /** What is below it in addresses: `scale`, `resize`. */
  readonly part?: string | undefined;
}

/** What every object says of itself; what rampart has no name for stays in it. */
interface KubeMetadata {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels?: Texts | undefined;
  readonly annotations?: Texts | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly ownerReferences?: readonly KubeOwner[] | undefined;
  readonly [rest: string]: unknown;
}

/** What an object belongs to. */
interface KubeOwner extends KubeKind {
  readonly name: string;
  readonly uid: string;
}

/** An object, parsed from its JSON or YAML. */
export interface KubeObject extends KubeKind {
  readonly metadata: KubeMetadata;
  readonly [rest: string]: unknown;
}

/** How the cluster serves a kind; `plural` is its name in addresses. */
export interface KubeResource {
  readonly plural: string;
  readonly isNamespaced: boolean;
}

/** Which objects of a kind; of all namespaces where none is given. */
export interface KubeChoice {
  readonly namespace?: string | undefined;
  /** A label selector, such as `app=api,tier!=web`. */
  readonly labels?: string | undefined;
  /** A field selector, such as `spec.nodeName=node-1`. */
  readonly fields?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A list, and the version of the store that it shows. */
export interface KubeList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** What became of one object. */
export interface KubeEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** Which lines of a container. */
export interface KubeLogChoice {
  readonly follow?: boolean;
  /** RFC 3339. */
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number | undefined;
  /** Those of the container before its last restart. */
  readonly previous?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One line that a container printed, and when, by its node's clock (RFC 3339 with nanoseconds). */
export interface KubeLine {
  readonly text: string;
  readonly time: string;
}

/** An answer that came through the API server. */
export interface KubeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Bounds of a question to a pod or a node. */
export interface KubeLimits {
  readonly signal?: AbortSignal | undefined;
  /** 64 MiB where it is left out. */
  readonly maxBytes?: number;
}

/** One thing that the user of the context may have to do; `group` is empty for the core API. */
export interface KubeRight {
  readonly verb: string;
  readonly group: string;
  /** Plural, with the part below it where there is one: `pods/log`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
}

/** The bytes after an upgrade; `head` came with the answer. */
export interface KubeUpgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** A container of a pod. */
export interface KubeContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** How a command in a container ended, and what it printed. */
export interface KubeExit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What may be asked of a question that streams its answer; the body is to be read or destroyed. */
interface KubeStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: AsyncIterable<Buffer> & { destroy(error?: Error): unknown };
}

/**
 * A cluster that a context names. What cannot be done rejects with an environmentError whose code begins with `kube-`; `statusOf` tells the
 * HTTP status of a refusal. Each question is bounded in time; what streams goes on until its end or its signal.
 */
export interface KubeCluster {
  readonly server: string;
  /** The name of the context; `in-cluster` inside a pod. */
  readonly context: string;
  /** The namespace that the context names, or `default`. */
  readonly namespace: string;
  /** What the server calls its version, such as `v1.34.4`. */
  version(timeoutMs: number): Promise<string>;
  /** Undefined where the cluster does not serve the kind. */
  resource(kind: KubeKind): Promise<KubeResource | undefined>;
  /** Undefined where it is not there. */
  get(ref: KubeRef): Promise<KubeObject | undefined>;
  list(kind: KubeKind, choice?: KubeChoice): Promise<KubeList>;
  /** As the cluster has stored it; with `isDryRun` it is checked as it would be and not stored. */
  create(object: KubeObject, options?: { readonly isDryRun?: boolean }): Promise<KubeObject>;
  /** A JSON merge patch (RFC 7386), or a strategic one, which merges lists of containers by their names. */
  patch(ref: KubeRef, patch: unknown, kind?: 'merge' | 'strategic'): Promise<KubeObject>;
  /** False where it was not there; what belongs to it goes too, in the background. */
  remove(ref: KubeRef, options?: { readonly graceS?: number }): Promise<boolean>;
  /** What becomes of the objects after a version, until the server ends it (some minutes); a version too old is status 410. */
  watch(kind: KubeKind, choice: KubeChoice & { readonly resourceVersion: string }): AsyncIterable<KubeEvent>;
  logs(namespace: string, pod: string, container: string, choice: KubeLogChoice): AsyncIterable<KubeLine>;
  /** GET of a path of a pod, through the API server; any status is an answer. */
  podHttp(pod: PodPort, path: string, limits?: KubeLimits): Promise<KubeAnswer>;
  /** GET of a path of a kubelet, such as `/metrics/cadvisor`. */
  nodeHttp(node: string, path: string, limits?: KubeLimits): Promise<KubeAnswer>;
  /** GET of a path of a pod whose answer is read as it comes; it stays open until its end or the signal. */
  podStream(pod: PodPort, path: string, signal: AbortSignal): Promise<KubeStream>;
  /** Opens a path of a pod with headers that ask for an upgrade (RFC 9110, 7.8), and gives the bytes after it. */
  upgrade(pod: PodPort, path: string, headers: Texts, signal: AbortSignal): Promise<KubeUpgrade>;
  /** Runs a command in a container to its end; it is given nothing to read. */
  exec(place: KubeContainer, command: readonly string[], signal: AbortSignal): Promise<KubeExit>;
  /** Those of the rights that the user does not have. */
  may(rights: readonly KubeRight[]): Promise<readonly KubeRight[]>;
  /** Lets its connections go. */
  close(): void;
}

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}
