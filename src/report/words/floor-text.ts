/** The limits of the machine a run was made on, as one sentence. */
import type { RunResult } from '../../model/run-result.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';

/** `Below 157 us or above 24,000/s this machine cannot tell.`, or undefined when it was not calibrated. */
export function floorText({ calibration }: RunResult): string | undefined {
  if (!calibration) return undefined;
  const { latencyP50Us, maxRps } = calibration;
  return `Below ${formatLatencyUs(latencyP50Us)} or above ${formatCount(maxRps)}/s this machine cannot tell.`;
}
