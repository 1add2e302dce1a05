/** Generators as pods of a Kubernetes cluster: what a scenario says of them. */

/** The label that tells pods of generators, whose value is `generator`, from those that they send to. */
export const roleLabel = 'dev.rampart.role';

/** What a taint of a node is answered with (core/v1 Toleration). */
interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: 'Exists' | 'Equal' | undefined;
  readonly value?: string | undefined;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | undefined;
  readonly tolerationSeconds?: number | undefined;
}

/** Pods that send a load, each one a generator. */
export interface GeneratorPodsSpec {
  readonly pods: number;
  /** `separate`: on no node with a pod of the topology, or not at all; `any`: wherever there is room. Absent: separate where the topology is in the cluster. */
  readonly node?: 'separate' | 'any' | undefined;
  /** Holds rampart of the same version; its entrypoint is `rampart`. */
  readonly image: string;
  /** A namespace that is there already; one of the run without it. */
  readonly namespace?: string | undefined;
  /** Request and limit of each, in the words of Kubernetes: `2`, `500m`, `512Mi`. */
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** The context of their cluster; absent: that of the topology, or the current one. */
  readonly context?: string | undefined;
  /** Whether they are in the network of their nodes; absent: as the topology. */
  readonly hostNetwork?: boolean | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Names of Secrets with the credentials for the image's registry, in the namespace of the pods. */
  readonly pullSecrets: readonly string[];
  /** How long they may take to be scheduled, pulled and started. */
  readonly withinMs: number;
}
