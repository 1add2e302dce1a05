/** What this machine's generator can tell at best, as `rampart calibrate` measured and stored it. */
import { z } from 'zod';
import { machineSchema } from './machine.ts';

/** Raised when a stored calibration can no longer be read. */
const calibrationVersion = 1;

const machine = machineSchema.pick({ cpuModel: true, cpus: true, node: true });

/** The stored file. */
export const calibrationSchema = z.object({
  schemaVersion: z.literal(calibrationVersion).default(calibrationVersion),
  measuredAt: z.string().describe('Wall time, ISO 8601, UTC'),
  toolVersion: z.string(),
  machine,
  lagBudgetMs: z.number().describe('The dispatch lag p99 up to which a rate counted as held'),
  lagP50Us: z.number().describe('Dispatch lag at 1,000/s against a loopback echo'),
  lagP99Us: z.number(),
  latencyMinUs: z.number().describe('Response time at 1,000/s against a loopback echo'),
  latencyP50Us: z.number(),
  latencyP99Us: z.number(),
  maxRps: z.number().describe('The highest rate that was held against a loopback echo'),
});

/** The floor of one machine with one version of rampart. */
export type Calibration = z.infer<typeof calibrationSchema>;
/** What must be the same for a calibration to hold. */
export type CalibratedMachine = Pick<Calibration, 'toolVersion' | 'machine'>;

/** Why a calibration says nothing about a machine, such as `it was made with 4 CPUs, here are 2`; undefined when it holds. */
export function calibrationMismatch(calibration: Calibration, here: CalibratedMachine): string | undefined {
  const pairs = [
    ['processor', calibration.machine.cpuModel, here.machine.cpuModel],
    ['number of CPUs', calibration.machine.cpus, here.machine.cpus],
    ['Node', calibration.machine.node, here.machine.node],
    ['rampart', calibration.toolVersion, here.toolVersion],
  ] as const;
  const other = pairs.find(([, then, now]) => then !== now);
  return other && `it was made with another ${other[0]} (${other[1]}, here ${other[2]})`;
}
