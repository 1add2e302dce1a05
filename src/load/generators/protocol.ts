/** What a coordinator and its generators say to each other, and how their stream is opened. */
import type { LoadMessage, LoadPlan, Share } from '../../model/load.ts';
import type { MachineFacts } from '../../model/machine.ts';
import type { WorkerOrder } from '../workers/messages.ts';

/** Raised when a message changes; both ends must have the same, and be of one version of rampart. */
const protocolVersion = 1;

/** Where a stream is asked for, and by what name; with its version, so that one of another is told so by HTTP already. */
export const generatorUpgrade = {
  path: '/rampart-generator',
  protocol: `rampart-generator/${protocolVersion}`,
} as const;

/** For what the key of a stream is made of the token. */
export const generatorPurpose = generatorUpgrade.protocol;

/** A token that can be guessed in a million years at a billion tries a second, at the least. */
export const fewestTokenCharacters = 16;

/** The part of one worker: which arrivals, how many connections, and how many that may wait for one. */
export interface WorkerPart {
  readonly share: Share;
  readonly maxConnections: number;
  readonly maxQueue?: number | undefined;
}

/** What a generator says of itself. */
export interface GeneratorHello {
  readonly name: string;
  readonly machine: MachineFacts;
  /** Names the network that its loopback addresses are of. */
  readonly network: string;
  /** How many cores its control group may use, where that is limited. */
  readonly cpuLimit?: number | undefined;
}

/** Of one lot of steps, counted from 0 over the session. */
interface OfLot {
  readonly lot: number;
}

/** From the coordinator; times in microseconds since the origin of the plan, on the clock of the generator. */
export type CoordinatorSays =
  | { readonly kind: 'hello'; readonly version: string; readonly run: string }
  | { readonly kind: 'clock'; readonly id: number }
  /** A part of a file that the next plan names; the parts of one come one after the other. */
  | { readonly kind: 'file'; readonly path: string; readonly isFirst: boolean; readonly base64: string }
  | (OfLot & { readonly kind: 'plan'; readonly plan: LoadPlan; readonly parts: readonly WorkerPart[] })
  | (OfLot & { readonly kind: 'order'; readonly order: WorkerOrder })
  | { readonly kind: 'bye' };

/** What the machine of a generator did to it since the last one, and until when; counters that a system does not have are absent. */
export interface MachineTick {
  readonly atUs: number;
  readonly lengthUs: number;
  /** How long its control group was held back by its CPU limit. */
  readonly throttledMs?: number | undefined;
  /** Processor time that other guests of the hypervisor took, as a share of all cores, 0 to 100. */
  readonly stealPercent?: number | undefined;
}

/** From a generator. */
export type GeneratorSays =
  | ({ readonly kind: 'hello'; readonly version: string } & GeneratorHello)
  /** It will not work for this coordinator, now or ever. */
  | { readonly kind: 'refused'; readonly why: 'busy' | 'version'; readonly message: string }
  /** The answer to one from the coordinator: when that came and this went, microseconds of `process.hrtime`. */
  | { readonly kind: 'clock'; readonly id: number; readonly heardUs: number; readonly saidUs: number }
  | (OfLot & { readonly kind: 'ready'; readonly earliestUs: number })
  | (OfLot & { readonly kind: 'said'; readonly message: LoadMessage })
  | (OfLot & { readonly kind: 'machine'; readonly tick: MachineTick })
  /** The lot failed: the fields of what was thrown. */
  | (OfLot & { readonly kind: 'failed'; readonly error: unknown });

/** Whether something that came over a stream is a message of some kind; both ends are of one version and know the token. */
export function isMessage(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
