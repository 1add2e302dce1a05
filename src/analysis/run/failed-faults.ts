/** Faults that did not go as they were asked for: what was then measured is not what was to be measured. */
import { faultText } from '../../model/fault-text.ts';
import type { InvalidReason } from '../../model/run-result.ts';
import type { FaultMoment, Sample } from '../../model/sample.ts';

/** One reason for each fault that could not be put in force, or not be taken back while the load went on. */
export function failedFaults(samples: readonly Sample[]): InvalidReason[] {
  return wrong(samples)
    .filter((each) => each.moment === 'failed' || !isAfterLoad(each, samples))
    .map((each) => ({ code: 'fault-not-done', message: faultText(each) }));
}

/** What users of the numbers must know of a fault that could not be taken back when the load was over: it changed none of them. */
export function faultWarnings(samples: readonly Sample[]): string[] {
  return wrong(samples)
    .filter((each) => each.moment === 'undo-failed' && isAfterLoad(each, samples))
    .map(faultText);
}

function wrong(samples: readonly Sample[]): FaultMoment[] {
  return samples.flatMap((each) =>
    each.kind === 'fault' && (each.moment === 'failed' || each.moment === 'undo-failed') ? [each] : [],
  );
}

function isAfterLoad({ askedUs }: FaultMoment, samples: readonly Sample[]): boolean {
  return samples.some((each) => each.kind === 'end' && askedUs >= each.lastDueUs);
}
