/** What a run measured where its machine cannot tell the service from the generator, by the machine's calibration. */
import type { Calibration } from '../../model/calibration.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';

/** A warning for the measured steps above the highest rate, and one for those with a response p50 below the floor. */
export function floorWarnings({ maxRps, latencyP50Us }: Calibration, measured: readonly StepResult[]): string[] {
  const above = measured.filter((step) => step.load.plannedRps > maxRps);
  const below = measured.filter((step) => step.responseUs.count > 0 && step.responseUs.p50 < latencyP50Us);
  return [
    ...(above.length === 0
      ? []
      : [
          `${named(above)}: the rate is above ${formatCount(maxRps)}/s, the most this machine's generator holds (rampart calibrate); latencies there may be its own`,
        ]),
    ...(below.length === 0
      ? []
      : [
          `${named(below)}: response p50 is below ${formatLatencyUs(latencyP50Us)}, which this machine takes for a mere echo (rampart calibrate); smaller differences say nothing`,
        ]),
  ];
}

function named(steps: readonly StepResult[]): string {
  return `step${steps.length === 1 ? '' : 's'} ${steps.map((step) => step.name).join(', ')}`;
}
