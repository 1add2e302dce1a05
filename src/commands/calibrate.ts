/** `rampart calibrate`: what this machine's generator can tell at best, measured against a loopback echo and kept for later runs. */
import { calibrationPath, storeCalibration } from '../archive/calibration-file.ts';
import { machineFacts } from '../host/machine.ts';
import { startEcho } from '../load/echo/echo.ts';
import type { Calibration } from '../model/calibration.ts';
import { environmentError, exitCodes, messageOf } from '../model/errors.ts';
import { formatCount, formatLatencyUs } from '../model/units.ts';
import { findMaxRate } from '../runs/max-rate.ts';
import { probeRate } from '../runs/rate-probe.ts';
import { defaultValidity } from '../scenario/schema.ts';
import type { Command, CommandContext } from './command.ts';
import { jsonFlag, jsonText, outputFormat } from './output-format.ts';

const floorRps = 1000;
const floorMs = 2000;
const probeMs = 800;
const search = { startRps: 2000, ceilingRps: 128_000, halvings: 2 };

export const calibrateCommand: Command = {
  name: 'calibrate',
  positionals: '',
  summary: 'Measure what the generator can tell at best on this machine, and keep it for later runs',
  examples: [
    ['rampart calibrate', 'some 15 seconds; on a machine that does nothing else'],
    ['rampart calibrate --json', 'the measurement as it is stored'],
  ],
  options: jsonFlag,
  run: async (args, context) => {
    const calibration = await calibrate(context);
    const path = await store(calibration, context);
    if (outputFormat(args) === 'json') context.print(jsonText(calibration));
    else context.show(render(calibration));
    context.tell(`\nkept in ${path}\n`);
    return exitCodes.ok;
  },
};

async function calibrate(context: CommandContext): Promise<Calibration> {
  const { cpuModel, cpus, node } = machineFacts();
  const { maxLagP99Ms, minSentShare, maxLoopShare } = defaultValidity();
  const echo = await startEcho();
  try {
    context.log.info(`calibrating: ${formatCount(floorRps)}/s against a loopback echo, then rising`);
    const floor = await probeRate(echo.port, floorRps, floorMs, context);
    const maxRps = await findMaxRate(search, async (rps) => {
      const { lagUs, completedShare, loopShare } = await probeRate(echo.port, rps, probeMs, context);
      const held = lagUs.p99 <= maxLagP99Ms * 1000 && completedShare >= minSentShare && loopShare <= maxLoopShare;
      const seen = `lag p99 ${formatLatencyUs(lagUs.p99)}, event loop busy ${Math.round(loopShare * 100)} %`;
      context.log.info(`${formatCount(rps)}/s ${held ? 'held' : 'not held'}: ${seen}`);
      return held;
    });
    return {
      schemaVersion: 1,
      measuredAt: new Date(context.time.wallMs()).toISOString(),
      toolVersion: context.version,
      machine: { cpuModel, cpus, node },
      lagBudgetMs: maxLagP99Ms,
      lagP50Us: floor.lagUs.p50,
      lagP99Us: floor.lagUs.p99,
      latencyMinUs: floor.responseMinUs,
      latencyP50Us: floor.responseUs.p50,
      latencyP99Us: floor.responseUs.p99,
      maxRps,
    };
  } finally {
    await echo.stop();
  }
}

async function store(calibration: Calibration, { env }: CommandContext): Promise<string> {
  try {
    return await storeCalibration(env, calibration);
  } catch (error) {
    const hint = 'Name a directory that can be written with XDG_CACHE_HOME.';
    const message = `${calibrationPath(env)}: the calibration cannot be kept: ${messageOf(error)}`;
    throw environmentError('calibration-not-kept', message, hint, error);
  }
}

function render(calibration: Calibration): string {
  const { lagP50Us, lagP99Us, latencyMinUs, latencyP50Us, latencyP99Us, maxRps, lagBudgetMs } = calibration;
  const lines = [
    `dispatch lag   p50 ${formatLatencyUs(lagP50Us)}, p99 ${formatLatencyUs(lagP99Us)}  at ${formatCount(floorRps)}/s`,
    `loopback echo  min ${formatLatencyUs(latencyMinUs)}, p50 ${formatLatencyUs(latencyP50Us)}, p99 ${formatLatencyUs(latencyP99Us)}  at ${formatCount(floorRps)}/s`,
    `highest rate   ${formatCount(maxRps)}/s with lag p99 up to ${lagBudgetMs} ms`,
    '',
    `Below ${formatLatencyUs(latencyP50Us)} or above ${formatCount(maxRps)}/s this machine cannot tell.`,
  ];
  return `${lines.join('\n')}\n`;
}
