/** The profile of one kind that was taken of a target in a step. */
import { stepNamesOf } from '../../model/raw-run.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { ProfileType } from '../../model/sample.ts';
import type { ProfileWork } from '../run/profile-work.ts';
import type { RunEvidence } from './rule.ts';

/** With its profile, or why there is none; undefined where none was planned. */
export function workIn(run: RunEvidence, type: ProfileType, step: StepResult, target: string): ProfileWork | undefined {
  const names = stepNamesOf(run.scenario);
  return run.works.find((work) => work.type === type && work.target === target && names[work.step] === step.name);
}
