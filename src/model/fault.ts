/** Faults that a run puts in force while load goes on, as they are asked for. */

/** Replicas of a service: all, the one with this number (from 1), so many drawn with the seed, or those that have a role when it begins. */
export interface FaultTarget {
  readonly service: string;
  readonly replica?: number | undefined;
  readonly pick?: number | undefined;
  readonly role?: string | undefined;
}

/** What happens to packets on their way to `to`, from one service or from everybody: some of them, or none get through. */
interface NetworkFault {
  readonly kind: 'network';
  readonly to: FaultTarget;
  readonly from?: string | undefined;
  /** The container port; every port of the replica where none is given. */
  readonly port?: number | undefined;
  readonly latencyMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  /** Share of packets that are lost. */
  readonly loss?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
  /** Connections are reset, or nothing passes and nobody is told. */
  readonly cut?: 'reset' | 'blackhole' | undefined;
}

/** A request to a replica that changes something in it. */
export interface FaultRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a fault does. */
export type FaultAction =
  /** SIGKILL; it is started again when the fault ends. */
  | { readonly kind: 'kill'; readonly of: FaultTarget }
  /** It stands still, as by SIGSTOP, and goes on when the fault ends. */
  | { readonly kind: 'pause'; readonly of: FaultTarget }
  /** It is asked to stop as at the end of a run, and started again at once; over when it is ready. */
  | { readonly kind: 'restart'; readonly of: FaultTarget }
  /** So many replicas instead of those there are; as many as before when the fault ends. */
  | { readonly kind: 'scale'; readonly service: string; readonly replicas: number }
  /** It may use only so many cores, or so many busy threads run beside it on the same machine. */
  | {
      readonly kind: 'cpu';
      readonly of: FaultTarget;
      readonly cores?: number | undefined;
      readonly burners?: number | undefined;
    }
  | { readonly kind: 'memory'; readonly of: FaultTarget; readonly limitBytes: number }
  | NetworkFault
  /** Nothing passes between replicas of different groups, in either direction. */
  | { readonly kind: 'partition'; readonly groups: readonly (readonly FaultTarget[])[] }
  /** This share of HTTP requests to it is held back for so long. */
  | {
      readonly kind: 'slow';
      readonly of: FaultTarget;
      readonly port?: number | undefined;
      readonly byMs: number;
      readonly share: number;
    }
  /** This share of HTTP requests to it is answered with a status, without reaching it. */
  | {
      readonly kind: 'error';
      readonly of: FaultTarget;
      readonly port?: number | undefined;
      readonly status: number;
      readonly share: number;
    }
  /** A request to its own interface, such as one that drains it or sets a limit, and the one that takes it back. */
  | ({
      readonly kind: 'http';
      readonly of: FaultTarget;
      /** The container port. */
      readonly port: number;
      readonly undo?: FaultRequest | undefined;
    } & FaultRequest)
  /** A command of the user, and the one that undoes it; both run on this machine, without a shell. */
  | { readonly kind: 'run'; readonly command: readonly string[]; readonly undo?: readonly string[] | undefined };

/** What `until` says where the fault is to stay until response times, errors and throughput are back in their band of before. */
export const untilRecovered = 'recovered';

/** One fault of a scenario; its times count from the start of the load's first step. Without an end it stays in force to the end of the load. */
export interface FaultSpec {
  /** Unique in the scenario. */
  readonly name: string;
  readonly atMs: number;
  readonly forMs?: number | undefined;
  /** `untilRecovered`, or the name of a condition; at the latest when the load ends. */
  readonly until?: string | undefined;
  readonly action: FaultAction;
}

/** As messages name it: `api`, `api#2`, `1 of api`, `leader`. */
export function faultTargetText({ service, replica, pick, role }: FaultTarget): string {
  if (role !== undefined) return role;
  if (pick !== undefined) return `${pick} of ${service}`;
  return replica === undefined ? service : `${service}#${replica}`;
}

/** The replicas that an action is done to, as the scenario names them; none of what only names a service or a command. */
export function faultTargetsOf(action: FaultAction): readonly FaultTarget[] {
  if (action.kind === 'partition') return action.groups.flat();
  if (action.kind === 'network') return [action.to];
  if (action.kind === 'scale') return [{ service: action.service }];
  return action.kind === 'run' ? [] : [action.of];
}
