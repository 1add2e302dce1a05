/** How a gate judges that is told nothing else. */
import type { GateSettings } from '../../model/gate-input.ts';
import { gateMetricSchema, isFaultMetric } from '../../model/gate-terms.ts';
import { defaultLooks } from '../statistics/sequential-looks.ts';

/** See the file. */
export const defaultGateSettings: GateSettings = {
  tolerance: 0.025,
  detect: 0.1,
  error: 0.05,
  looks: defaultLooks,
  metrics: gateMetricSchema.options.filter((metric) => !isFaultMetric(metric)),
  maxUtilisation: 0.65,
  minWindows: 20,
  slo: [],
  seed: 1,
};
