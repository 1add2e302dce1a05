/** What is known of a run when it begins, as its manifest keeps it. */

import { allowedByName, namesAddresses } from '../host/allowed-hosts.ts';
import { isLoopback } from '../host/loopback.ts';
import { machineFacts } from '../host/machine.ts';
import { shownUrl } from '../host/page-url.ts';
import { hostOf } from '../host/user-url.ts';
import type { Calibration } from '../model/calibration.ts';
import type { GoProgram } from '../model/go-program.ts';
import { isObservation, type RecordedScenario, type RunManifest } from '../model/raw-run.ts';
import type { Scenario } from '../model/scenario.ts';
import type { SentTo } from '../model/sent-to.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { isExternal } from '../model/topology-spec.ts';
import { urlsBeside } from '../scenario/cross-checks.ts';
import type { ChosenSampler } from '../session/run-session.ts';
import { recordedWarnings } from './recorded-part.ts';

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
  /** Where load is sent to, when any is. */
  readonly sentTo?: SentTo | undefined;
  /** See `RunManifest`. */
  readonly firstStartUs?: number | undefined;
}

/** The manifest of a run on this machine. */
export function manifestOf(facts: ManifestFacts): RunManifest {
  const { scenario, topology, programs, calibration, sentTo } = facts;
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
      ...(sentTo ? { sentTo } : {}),
    },
    warnings: warningsOf(scenario, topology, sentTo),
    ...(calibration ? { calibration } : {}),
    observers: [...facts.samplers.map(({ sampler: { kind, cost } }) => ({ kind, cost })), ...askedConditions(scenario)],
    startUs: facts.startUs,
    ...(facts.firstStartUs === undefined ? {} : { firstStartUs: facts.firstStartUs }),
  };
}

/** Whoever is asked all the time has to answer. */
function askedConditions(scenario: RecordedScenario): RunManifest['observers'] {
  if (isObservation(scenario)) return [];
  const { conditions = {}, roles = {} } = scenario;
  const pages = [...Object.values(conditions), ...Object.values(roles)].filter(
    ({ question: { kind } }) => kind !== 'log',
  );
  if (pages.length === 0) return [];
  const cost = 'each replica answers 10 to 20 times a second what conditions and roles ask, over one connection';
  return [{ kind: 'conditions', cost }];
}

/** What the user is told about the run, and its result as well. */
export function warningsOf(
  scenario: RecordedScenario,
  topology: RunningTopology | undefined,
  sentTo?: SentTo,
): string[] {
  const { target, observe } = scenario;
  const insecure =
    'target.tls.insecure: any certificate was taken, so nothing shows that the load went to the right target';
  const unseen =
    'observe: the topology names nothing to look at (topology.targets or project), so only the load and this host are seen';
  const isUnseen = topology !== undefined && topology.targets.length === 0 && Object.keys(observe).length > 0;
  return [
    ...(topology?.warnings ?? []),
    ...(isObservation(scenario) ? [] : recordedWarnings(scenario.load)),
    ...(target?.tls?.insecure ? [insecure] : []),
    ...(isUnseen ? [unseen] : []),
    ...(sentTo && !isObservation(scenario) ? needlessConsent(scenario, sentTo) : []),
  ];
}

/** Consent that nothing needed is more than somebody meant to give. */
function needlessConsent({ target, topology }: Scenario, { host, addresses, allowedBy = [] }: SentTo): string[] {
  const beside = urlsBeside(topology).map(({ url }) => hostOf(url));
  const needless = (target.allow ?? []).filter(
    (each) =>
      !allowedBy.some((used) => used.host === each.host) &&
      // What a name stands for that is looked at is not known here.
      !beside.some((other) => !isLoopback(other) && (namesAddresses(each) || allowedByName(other, [each]))),
  );
  if (needless.length === 0) return [];
  const where = addresses.includes(host) ? host : `${host} (${addresses.join(', ')})`;
  const hosts = needless.map((each) => each.host).join(', ');
  return [`target.allow: load went to ${where}, and ${hosts} had no part in that: leave it out`];
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
