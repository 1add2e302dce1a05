/** A calibration of the machine that the raw runs of tests were made on. */
import type { Calibration } from '../../src/model/calibration.ts';

export const calibration: Calibration = {
  schemaVersion: 1,
  measuredAt: '2026-01-01T00:00:00.000Z',
  toolVersion: '0.0.0',
  machine: { cpuModel: 'test', cpus: 2, node: 'v20' },
  lagBudgetMs: 5,
  lagP50Us: 90,
  lagP99Us: 300,
  latencyMinUs: 80,
  latencyP50Us: 200,
  latencyP99Us: 600,
  maxRps: 20_000,
};
