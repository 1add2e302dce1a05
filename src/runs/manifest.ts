/** What is known of a run when it begins, as its manifest keeps it. */
import { machineFacts } from '../host/machine.ts';
import { shownUrl } from '../host/page-url.ts';
import type { Calibration } from '../model/calibration.ts';
import type { GoProgram } from '../model/go-program.ts';
import type { RecordedScenario, RunManifest } from '../model/raw-run.ts';
import { isExternal, type Scenario } from '../model/scenario.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import type { ChosenSampler } from '../session/run-session.ts';

/** Of what a manifest is made; without a topology that of a run that did not come up. */
export interface ManifestFacts {
  readonly id: string;
  readonly toolVersion: string;
  /** Wall time of the origin, milliseconds since 1970. */
  readonly originWallMs: number;
  readonly scenario: RecordedScenario;
  /** The kind of the topology's engine, until the topology says it. */
  readonly engine: string;
  readonly topology: RunningTopology | undefined;
  readonly programs: ReadonlyMap<string, GoProgram>;
  readonly calibration: Calibration | undefined;
  readonly samplers: readonly ChosenSampler[];
  readonly startUs: number;
}

/** The manifest of a run on this machine. */
export function manifestOf(facts: ManifestFacts): RunManifest {
  const { scenario, topology, programs, calibration } = facts;
  return {
    id: facts.id,
    toolVersion: facts.toolVersion,
    startedAt: new Date(facts.originWallMs).toISOString(),
    scenario,
    environment: {
      engine: topology?.engine ?? facts.engine,
      ...machineFacts(),
      facts: topology?.facts ?? {},
      targets: frontFirst(scenario, topology?.targets ?? []).map(({ id, service }) => {
        const go = programs.get(id);
        return go ? { id, service, go } : { id, service };
      }),
    },
    warnings: warningsOf(scenario, topology),
    ...(calibration ? { calibration } : {}),
    observers: facts.samplers.map(({ sampler: { kind, cost } }) => ({ kind, cost })),
    startUs: facts.startUs,
  };
}

/** What the user is told about the run, and its result as well. */
export function warningsOf({ target, observe }: RecordedScenario, topology: RunningTopology | undefined): string[] {
  const insecure =
    'target.tls.insecure: any certificate was taken, so nothing shows that the load went to the right target';
  const unseen =
    'observe: the topology names nothing to look at (topology.targets or project), so only the load and this host are seen';
  const isUnseen = topology !== undefined && topology.targets.length === 0 && Object.keys(observe).length > 0;
  return [...(topology?.warnings ?? []), ...(target?.tls?.insecure ? [insecure] : []), ...(isUnseen ? [unseen] : [])];
}

/** The scenario as results keep it: without what stands before the hosts of observed addresses. */
export function withoutPasswords(scenario: Scenario): Scenario {
  const { topology } = scenario;
  if (!isExternal(topology)) return scenario;
  const shown = (url: string | undefined) => (url === undefined ? undefined : shownUrl(url));
  const targets = topology.targets.map((each) => ({ ...each, pprof: shown(each.pprof), metrics: shown(each.metrics) }));
  return { ...scenario, topology: { ...topology, targets } };
}

/** The replicas that take the load first, so that reports open with them. */
function frontFirst({ target }: RecordedScenario, targets: readonly Target[]): readonly Target[] {
  const isFront = ({ service }: Target) => target !== undefined && 'service' in target && target.service === service;
  return [...targets.filter(isFront), ...targets.filter((each) => !isFront(each))];
}
