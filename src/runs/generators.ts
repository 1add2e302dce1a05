/** The generators of a run, from its scenario and the environment of who starts it. */
import { hrUs } from '../host/clock.ts';
import { parseHostPort } from '../host/host-port.ts';
import { networkMark } from '../host/machine-watch.ts';
import {
  type Fleet,
  type FleetContext,
  type GeneratorPlace,
  type GeneratorSource,
  lateFleetEngine,
  openFleet,
  placeAt,
} from '../load/generators/fleet.ts';
import type { LoadEngine, RunContext } from '../model/contracts.ts';
import type { GeneratorsSpec } from '../model/generators-spec.ts';
import type { Scenario } from '../model/scenario.ts';
import type { RunningTopology } from '../model/topology.ts';
import { openPods } from './generator-pods.ts';
import { readToken } from './generator-token.ts';

/** Generators of a run; they must be let go. */
export interface RunGenerators {
  /** Sends open loads with them. */
  readonly engine: LoadEngine;
  /** Resolves when all are there that come only beside what is up; rejects when one is missing. */
  besideTopology(topology: Pick<RunningTopology, 'targets'>): Promise<void>;
  release(): Promise<void>;
}

/** Opens them; rejects when one is missing, there is no token, or pods cannot be made. */
export async function openGenerators(
  spec: GeneratorsSpec,
  scenario: Pick<Scenario, 'topology' | 'load'>,
  context: RunContext,
  version: string,
): Promise<RunGenerators> {
  if (spec.kind === 'pods') return await openPodGenerators(spec, scenario, context, version);
  const token = await readToken(undefined, context.env, context.secrets);
  const fleet = await openFleet(sourceOf(spec), fleetContext(token, spec.withinMs, context, version));
  return { engine: fleet.engine, besideTopology: async () => {}, release: fleet.release };
}

async function openPodGenerators(
  spec: Extract<GeneratorsSpec, { kind: 'pods' }>,
  scenario: Pick<Scenario, 'topology' | 'load'>,
  context: RunContext,
  version: string,
): Promise<RunGenerators> {
  const pods = await openPods(spec, scenario, context);
  let fleet: Fleet | undefined;
  return {
    engine: lateFleetEngine(() => fleet),
    besideTopology: async (topology) => {
      const places = await pods.start(topology);
      fleet = await openFleet({ kind: 'addresses', places }, fleetContext(pods.token, spec.withinMs, context, version));
    },
    release: async () => {
      await fleet?.release();
      await pods.remove();
    },
  };
}

function fleetContext(
  token: string,
  withinMs: number,
  { runId: run, signal, log }: RunContext,
  version: string,
): FleetContext {
  return {
    token,
    version,
    run,
    hrUs,
    withinMs,
    network: networkMark(),
    signal,
    info: (message) => log.info(message),
    warn: (message) => log.warn(message),
  };
}

function sourceOf(spec: Exclude<GeneratorsSpec, { kind: 'pods' }>): GeneratorSource {
  const place = (text: string) => parseHostPort(text) ?? { host: text, port: 0 };
  if (spec.kind === 'join') return { kind: 'join', count: spec.count, ...place(spec.listen) };
  return {
    kind: 'addresses',
    places: spec.addresses.map((address): GeneratorPlace => {
      const { host, port } = place(address);
      return placeAt(host, port);
    }),
  };
}
