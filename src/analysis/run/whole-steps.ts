/** The steps of a run with everything that was seen in them; a result of a long run with many targets has less. */
import type { LoadTick, LoadWindow } from '../../model/load.ts';
import type { RawRun } from '../../model/raw-run.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import type { Stacks } from '../../model/sample.ts';
import { gcShares } from './gc-share.ts';
import { goroutineSites } from './goroutine-sites.ts';
import { inFlightOf } from './in-flight.ts';
import { ofKind } from './of-kind.ts';
import type { ProfileWork } from './profile-work.ts';
import { stepTargets } from './series.ts';
import { stepLoad } from './step-load.ts';
import { stepProfiles } from './step-profiles.ts';
import { stepSpans } from './step-spans.ts';

/** What of a run was made ready for its steps. */
export interface RunEvidence {
  readonly series: readonly Series[];
  readonly works: readonly ProfileWork[];
}

/** All steps, in order. */
export function wholeSteps(run: RawRun, { series, works }: RunEvidence): StepResult[] {
  const { manifest, outcome, samples } = run;
  const windows = ofKind<LoadWindow>(samples, 'window');
  const ticks = ofKind<LoadTick>(samples, 'tick');
  const stacks = ofKind<Stacks>(samples, 'stacks');
  const services = new Map(manifest.environment.targets.map(({ id, service }) => [id, service]));
  const serviceOf = (target: string) => services.get(target) ?? target;
  const spans = stepSpans(run);
  const gcOfSteps = gcShares(spans, series);
  const targetsOfSteps = stepTargets(spans, series);
  return spans.map((span, place): StepResult => {
    const load = stepLoad(span, windows, ticks);
    const gc = gcOfSteps[place] ?? [];
    return {
      name: span.name,
      kind: span.kind,
      startUs: Math.round(span.startUs),
      durationUs: Math.round(span.endUs - span.startUs),
      ...load,
      ...inFlightOf(span, ticks, load, outcome?.status === 'complete'),
      targets: targetsOfSteps[place] ?? {},
      goroutines: goroutineSites(span, stacks, load.load.completedRps),
      ...(gc.length > 0 ? { gc } : {}),
      ...stepProfiles(span.index, works, serviceOf),
    };
  });
}
