/** A run with profiles to what each service did in its measured steps, and how many requests were answered meanwhile. */

import { groupBy } from '../../model/group-by.ts';
import { type RawRun, stepNamesOf } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { ProfileSample } from '../../model/sample.ts';
import { answeredRps } from '../run/answered.ts';
import { type ProfileWork, profileWorks } from '../run/profile-work.ts';
import { type ServiceWork, type WorkType, workTypes } from './service-work.ts';
import { waitingWorks } from './waiting-works.ts';

/** One run of one arm. */
export interface ProfiledRun {
  readonly works: readonly ServiceWork[];
  /** What could not be taken, one for each step. */
  readonly missing: readonly { readonly service: string; readonly type: WorkType; readonly message: string }[];
  /** Mean response time of its measured steps. */
  readonly responseUs: number;
}

/** The measured steps of a run; a step of a service counts only where every replica told what it did. */
export function profiledRun({ manifest, samples }: RawRun, result: RunResult): ProfiledRun {
  const names = stepNamesOf(manifest.scenario);
  const measured = result.steps.filter(({ kind }) => kind === 'measure');
  const serviceOf = new Map(result.environment.targets.map(({ id, service }) => [id, service]));
  const all = profileWorks(samples.filter((sample): sample is ProfileSample => sample.kind === 'profile'));
  const groups = groupBy(all, ({ step, type, target }) => [step, type, serviceOf.get(target) ?? target].join('\n'));
  const works: ServiceWork[] = [];
  const missing: ProfiledRun['missing'][number][] = [];
  for (const same of groups.values()) {
    const [first] = same;
    const step = measured.find(({ name }) => name === names[first?.step ?? -1]);
    const type = workTypes.find((each) => each === first?.type);
    if (!first || !step || !type) continue;
    const service = serviceOf.get(first.target) ?? first.target;
    const bad = same.find(({ outcome }) => outcome !== 'ok' && outcome !== 'empty');
    const requests = (answeredRps(step.load) * Math.max(...same.map(({ windowUs }) => windowUs))) / 1e6;
    if (bad) missing.push({ service, type, message: badText(bad) });
    else if (requests > 0)
      works.push({ service, type, step: step.name, requests, profiles: same.flatMap(({ profile }) => profile ?? []) });
  }
  works.push(...waitingWorks(samples, measured, serviceOf));
  const answers = measured.reduce((sum, { responseUs }) => sum + responseUs.count, 0);
  const spentUs = measured.reduce((sum, { responseUs }) => sum + responseUs.count * responseUs.mean, 0);
  return { works, missing, responseUs: answers > 0 ? spentUs / answers : 0 };
}

function badText({ outcome, message }: ProfileWork): string {
  return message === undefined ? outcome : `${outcome}: ${message}`;
}
