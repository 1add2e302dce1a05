/** The one contract of every way to find the processes that profiles are taken of. */
import type { TypeWishes } from './type-wishes.ts';

/** Names to values, such as `env` and `prod`. */
export type Labels = Readonly<Record<string, string>>;

/** A process that shows pprof, as a discovery sees it. */
export interface FoundTarget {
  /** Stays with it over restarts and is the same seen from elsewhere, such as `shop/web-2`. */
  readonly id: string;
  /** Of its pprof, without a slash at its end; may hold a user name and password. */
  readonly url: string;
  readonly service: string;
  /** Go onto its profiles. */
  readonly labels: Labels;
  /** What only filters see, named as Prometheus names it: `__meta_docker_network_name`. */
  readonly meta: Labels;
  /** How this machine reaches it, for people. */
  readonly how: string;
  /** What stands for its process, where the discovery knows it: targets that share it are one process. */
  readonly process?: string | undefined;
  /**
   * The root of its port at what forwards to it: the address is that of no process, and paths from the root go below it. Undefined where it
   * is reached itself.
   */
  readonly forwardedAt?: string | undefined;
  /** What it says itself of the types to take, and how often. */
  readonly wishes: TypeWishes;
  readonly intervalMs?: number | undefined;
}

/** All that a discovery knows right now. */
export interface Found {
  readonly targets: readonly FoundTarget[];
  /** Why what might be a target is none. */
  readonly notes: readonly string[];
  /** Why this is the last that was known, and may be old; undefined while all is well. */
  readonly stale?: string | undefined;
}

/** A discovery that goes on until it is closed. */
export interface OpenDiscovery {
  close(): Promise<void> | void;
}

/** One way to find targets. */
export interface Discovery {
  /** As the user asked for it, such as `compose project shop`. */
  readonly name: string;
  /** Tells what there is, and tells all of it again whenever it changed; resolves when it was told once, and never rejects. */
  open(tell: (found: Found) => void): Promise<OpenDiscovery>;
}
