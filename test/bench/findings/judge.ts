/** One run's result against what is known of its system; pure. */
import type { RunResult } from '../../../src/model/run-result.ts';
import type { Expectation } from './systems.ts';

/** What of a result is judged. */
export type Judged = Pick<RunResult, 'findings'> & { readonly diagnosis?: RunResult['diagnosis'] };

/** What one run said of its system, and whether that is so. */
export interface Judgement {
  /** The cause stands first, at its service and function. */
  readonly first: boolean;
  /** The cause stands anywhere among the findings. */
  readonly any: boolean;
  /** The first step to break is one that does, or none where none does. */
  readonly step: boolean;
  /** Of a system with a cause, findings above a note that claim another; of a healthy one, all above a note. */
  readonly strays: readonly string[];
  /** Id of the finding that the diagnosis takes for the cause. */
  readonly named: string | undefined;
  /** Ids above a note as they stood, for a reader. */
  readonly said: readonly string[];
  readonly brokeAt: string | undefined;
}

type Finding = Judged['findings'][number];

/** Judges one run; of a healthy system it is right to say nothing above a note, and that nothing broke. */
export function judge(result: Judged, expect: Expectation): Judgement {
  const above = result.findings.filter(({ severity }) => severity !== 'note');
  const brokeAt = result.diagnosis?.capacity.breaksStep;
  const said = above.map(({ id, targets = [] }) => (targets[0] ? `${id} at ${targets[0]}` : id));
  const about = { named: result.diagnosis?.cause, said, brokeAt };
  if ('healthy' in expect) {
    const silent = above.length === 0;
    return { ...about, first: silent, any: silent, step: brokeAt === undefined, strays: above.map(({ id }) => id) };
  }
  return {
    ...about,
    first: result.findings.slice(0, 1).some((finding) => names(finding, expect)),
    any: result.findings.some((finding) => names(finding, expect)),
    step: expect.breaks === undefined || [expect.breaks].flat().includes(brokeAt ?? 'none'),
    strays: above.filter((each) => isClaim(each) && !expect.first.includes(each.id)).map(({ id }) => id),
  };
}

/** Whether a finding says what is known: its kind, and where that is known, the service and the function. */
function names({ id, targets = [], site = '', title, evidence }: Finding, expect: Expectation): boolean {
  if ('healthy' in expect || !expect.first.includes(id)) return false;
  const { service, site: place } = expect;
  const isThere = service === undefined || serviceOf(targets[0] ?? '') === service;
  return isThere && (place === undefined || [site, title, ...evidence].some((text) => text.includes(place)));
}

/** Targets are replicas: `api-1` is of `api`. */
function serviceOf(target: string): string {
  return target.replace(/-\d+$/, '');
}

/** Symptoms and what is said of the measurement claim no cause. */
function isClaim({ role }: Finding): boolean {
  return role === undefined || role === 'cause' || role === 'limit';
}
