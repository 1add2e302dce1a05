/** What is compared: one scenario, driven in three ways, that differs in what it observes and in nothing else. */
import { resolve } from 'node:path';

/** One way to observe; `observe` is the block of the scenario, whose keys are the samplers that must have seen something. */
export interface Arm {
  readonly name: string;
  readonly observe: Readonly<Record<string, string | boolean | Readonly<Record<string, string>>>>;
}

/**
 * `closed`: as fast as the connections can. `open`: at a rate that leaves room. `idle`: a request per second, so that what CPU
 * time is used is that of observation, and neighbours on the machine hardly change it.
 */
export type Loop = (typeof loops)[number];
/** All ways to drive an arm. */
export const loops = ['closed', 'open', 'idle'] as const;

/** The arms that nothing observes: the reference, and the same once more, which shows the noise. */
export const off = 'off';
/** See `off`. */
export const offAgain = 'off again';
/** The arm that the targets are about. */
export const allSamplers = 'all';

const usual = { schedtrace: '1s', gctrace: true, goroutines: '5s', metrics: '1s', containers: '1s' } as const;

/** The samplers that `rampart init` and the example scenarios switch on, at their settings, and what is taken only where it is asked for. */
export const arms: readonly Arm[] = [
  { name: off, observe: {} },
  { name: offAgain, observe: {} },
  { name: allSamplers, observe: usual },
  ...Object.entries(usual).map(([kind, setting]) => ({ name: kind, observe: { [kind]: setting } })),
  { name: 'profiles', observe: { profiles: true } },
  { name: 'trace', observe: { trace: true } },
  // Nearly all of the time one of the targets is traced, so that what tracing costs can be told from the noise.
  { name: 'trace always', observe: { trace: { window: '2s', every: '2500ms' } } },
];

/** Replicas of the topology: the load balancer and its downstreams. */
export const targets = { loadbalancer: 1, downstream: 3 };

const connections = 32;
const mostConnections = 500;
const warmUpS = 2;

/** How an arm is driven. */
export interface Drive {
  readonly loop: Loop;
  readonly seconds: number;
  /** Of the open loop. */
  readonly rps: number;
}

/** The scenario of one run; no latency of the idle loop is used, so that its generator may be late. */
export function scenarioOf({ observe }: Arm, { loop, seconds, rps }: Drive): string {
  const rate = loop === 'closed' ? '' : `rate: ${loop === 'open' ? rps : 1}/s, `;
  return `name: overhead
topology:
  engine: process
  compose: ${JSON.stringify(resolve('compose', 'compose.yaml'))}
  scale: { downstream: ${targets.downstream} }
  env: { downstream: { DELAY: 2ms, CPU_BURN: 200us } }
target: { service: loadbalancer, port: 8080 }
load:
  mode: ${loop === 'closed' ? 'closed' : 'open'}
  maxConnections: ${loop === 'open' ? mostConnections : connections}
  idle: 500ms
  steps:
    - { name: warm-up, ${rate}for: ${warmUpS}s, measure: false }
    - { name: measure, ${rate}for: ${seconds}s }
observe: ${JSON.stringify(observe)}
${loop === 'idle' ? 'validity: { maxLagP99: 10s }\n' : ''}`;
}
