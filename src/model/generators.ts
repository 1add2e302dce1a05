/** Generators: other machines, or processes, that send a load together. */
import { z } from 'zod';
import type { LoadTick } from './load.ts';
import { type MachineFacts, machineSchema } from './machine.ts';

/** Where a generator is that is a pod of a cluster. */
export interface GeneratorPlacement {
  readonly node: string;
  /** How the coordinator reaches it, and why not otherwise. */
  readonly reached: string;
  /** What the node runs, by digest where its runtime tells it. */
  readonly image?: string | undefined;
  /** Pods of the topology that were on the same node; undefined where nobody knows of any. */
  readonly sharesWith: readonly string[] | undefined;
}

/** What is known of one generator; told when a load begins and when it ends, and the last of it counts. */
export interface GeneratorFacts {
  readonly kind: 'generator';
  readonly atUs: number;
  /** Counted from 0. */
  readonly generator: number;
  readonly name: string;
  readonly machine: MachineFacts;
  readonly cpuLimit?: number | undefined;
  readonly placement?: GeneratorPlacement | undefined;
  readonly workers: number;
  /** Whether it is on another machine than the coordinator. */
  readonly isElsewhere?: boolean | undefined;
  readonly offsetUs: number;
  readonly uncertaintyUs: number;
  /** How much further its clock went than ours while it sent. */
  readonly driftUs?: number | undefined;
  readonly firstArrivalSkewUs?: number | undefined;
  /** Why it is gone, when it went before its load was over. */
  readonly lost?: string | undefined;
  /** Of its arrivals those that fell due without anybody knowing what became of them. */
  readonly lostArrivals?: number | undefined;
}

/** What one generator did in a second, see `LoadTick`; the load's own ticks are all of them together. */
export interface GeneratorTick {
  readonly kind: 'generator-tick';
  readonly atUs: number;
  readonly generator: number;
  readonly tick: LoadTick;
}

/** What its machine did to a generator in a second. */
export interface GeneratorMachine {
  readonly kind: 'generator-machine';
  readonly atUs: number;
  readonly lengthUs: number;
  readonly generator: number;
  readonly throttledMs?: number | undefined;
  readonly stealPercent?: number | undefined;
}

/** What becomes known of generators beside what they send. */
export type GeneratorSample = GeneratorFacts | GeneratorTick | GeneratorMachine;

/** One generator in a result. */
export const generatorSchema = z
  .object({
    name: z.string(),
    machine: z.object(machineSchema.shape),
    cpuLimit: z.number().optional().describe('Cores that its control group may use; absent where there is no limit'),
    node: z.string().optional().describe('The node of its pod; absent where it is no pod'),
    reached: z
      .string()
      .optional()
      .describe('How the coordinator reached its pod, and why not directly where it did not'),
    image: z.string().optional().describe('What its pod ran, by digest where the node tells it'),
    sharesNodeWith: z
      .array(z.string())
      .optional()
      .describe(
        'Pods of the topology that were on the node of its pod, before the load or at its end; absent where there were none, and where nobody knows, of which a warning tells',
      ),
    workers: z.number().int(),
    planned: z.number().int().describe('Arrivals of its share that fell due'),
    offsetUs: z
      .number()
      .describe("How far its monotonic clock is ahead of the coordinator's, microseconds; 0 for two of one machine"),
    uncertaintyUs: z.number().describe('How far that may be from the truth: half of the quickest exchange'),
    driftUs: z
      .number()
      .optional()
      .describe('How much that changed while it sent, by a second measurement; absent where there was none'),
    firstArrivalSkewUs: z
      .number()
      .optional()
      .describe('How long after it was due it sent its first arrival, of several workers the latest, by its own clock'),
    lagP99Us: z.number().describe('Its dispatch lag in the measured steps'),
    ownErrorP99Us: z
      .number()
      .optional()
      .describe('How much of its response p99 may be its own, in the worst measured step; see ownErrorUs of a step'),
    throttledMs: z
      .number()
      .optional()
      .describe('How long its CPU limit held its control group back while it sent; absent where nobody counts it'),
    stealPercent: z.number().optional().describe('Processor time that other guests took of its machine, mean'),
    lost: z.string().optional().describe('Why it was gone before its load was over; absent where it was not'),
    lostArrivals: z
      .number()
      .int()
      .optional()
      .describe('Arrivals of its share of which nobody knows what became; they count as unfinished'),
  })
  .describe('One of several processes or machines that sent the load together');

/** One generator in a result. */
export type GeneratorResult = z.infer<typeof generatorSchema>;
