/** What hundreds of generators cost their coordinator: `npm run bench:scale`, from the repository's root. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lostShare } from '../../../src/load/generators/lost-share.ts';
import { createToldArrivals } from '../../../src/load/generators/told-arrivals.ts';
import type { RunManifest } from '../../../src/model/raw-run.ts';
import { plainRequest } from '../../load/load-run.ts';
import { watchCommand } from '../memory/watched-command.ts';
import { clockErrors, ways } from './clocks.ts';
import { createCoordinator, type Work } from './coordinator.ts';
import { createFleet, type FleetShape, planOf } from './fleet.ts';
import { measureFleet } from './measured.ts';
import { type Options, parseOptions, usage } from './options.ts';

const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const ms = (value: number) => value.toFixed(1);

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  if (!options) return console.log(usage);
  if (options.parts.includes('clock')) tellClocks(options);
  if (options.parts.includes('lost')) tellLost(options);
  if (options.parts.includes('measured')) for (const shape of options.shapes) await tellMeasured(shape);
  if (options.parts.includes('stream')) for (const shape of options.shapes) await tellStream(shape, options);
}

function tellClocks({ seed, shapes }: Options): void {
  const generators = Math.max(...shapes.map((shape) => shape.generators));
  console.log(`clocks of ${generators} generators, 16 exchanges each, drift up to 50 ppm over 600 s; us`);
  console.log('way | error p50 | error max | said max | beyond what was said | spread of starts | spread after');
  for (const way of ways) {
    const { name, errorP50Us, errorMaxUs, saidMaxUs, beyond, spreadUs, spreadAfterUs } = clockErrors(
      way,
      generators,
      50,
      600,
      seed,
    );
    const numbers = [errorP50Us, errorMaxUs, saidMaxUs, beyond, spreadUs, spreadAfterUs].map((each) => each.toFixed(0));
    console.log([name, ...numbers].join(' | '));
  }
}

/** A generator goes after so long: what its share takes to be counted, by the real schedule. */
function tellLost({ seed, shapes }: Options): void {
  console.log('one lost of N | requests | arrivals | after | windows | CPU ms');
  const kinds = (['uniform', 'poisson'] as const).flatMap((arrivals) =>
    [1, 3].map((requests) => ({ arrivals, requests })),
  );
  for (const shape of shapes)
    for (const { arrivals, requests } of kinds)
      for (const seconds of [10, 60]) {
        const sent = Array.from({ length: requests }, (_, place) => ({ ...plainRequest, name: `${place}` }));
        const plan = { ...planOf({ ...shape, seconds: 600, arrivals, seed }), requests: sent };
        const before = process.cpuUsage();
        const { windows } = lostShare(
          { schedule: plan, plan },
          [{ index: 7 % shape.generators, of: shape.generators }],
          createToldArrivals(),
          seconds * 1e6,
        );
        const used = process.cpuUsage(before);
        const lost = windows.reduce((sum, each) => sum + each.unfinished, 0);
        console.log(
          `1 of ${shape.generators} | ${requests} | ${arrivals} | ${seconds} s: ${lost} arrivals | ${windows.length} | ${ms((used.user + used.system) / 1000)}`,
        );
      }
}

/** Real processes on this machine: whether they say as much as the made-up ones. */
async function tellMeasured({ generators, rps, seconds }: FleetShape): Promise<void> {
  const { heardEach, writtenPerSecond, planned, verdict, uncertaintyMaxUs, firstArrivalSkewMaxUs } = await measureFleet(
    generators,
    rps / generators,
    seconds,
  );
  console.log(
    `${generators} real generators, ${rps}/s: ${(heardEach / 1024).toFixed(1)} KiB/s heard of each, ${mib(writtenPerSecond)} MiB/s written | planned ${planned}, ${verdict} | offset known to ${uncertaintyMaxUs.toFixed(0)} us, first arrivals up to ${firstArrivalSkewMaxUs.toFixed(0)} us late`,
  );
}

async function tellStream(shape: FleetShape, options: Options): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-scale-'));
  try {
    await mkdir(join(directory, 'raw'));
    const fleet = createFleet(shape);
    const coordinator = createCoordinator(shape.generators, directory);
    let bytes = 0;
    const work: Work[] = [];
    // One second more, in which all that was under way ends.
    for (let second = 1; second <= shape.seconds + 1; second++) {
      const said = await fleet.secondUntil(second * 1e6);
      bytes += said.flat().reduce((sum, frame) => sum + frame.length, 0);
      work.push(coordinator.take(said));
      // The archive writes between two seconds, as it does while a run waits for the next.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await coordinator.close();
    const rest = work.slice(2, -1);
    const mean = (pick: (one: Work) => number) =>
      rest.reduce((sum, one) => sum + pick(one), 0) / Math.max(1, rest.length);
    const all = (one: Work) => one.read + one.merge + one.write + one.add;
    const { inHistogram, planned } = coordinator.counted;
    const perSecond = bytes / shape.seconds;
    const written = statSync(join(directory, 'raw', 'load.ndjson')).size / shape.seconds;
    console.log(
      `${shape.generators} generators, ${shape.rps}/s: ${mib(perSecond)} MiB/s heard (${(perSecond / shape.generators / 1024).toFixed(1)} KiB/s each), ${mib(written)} MiB/s written | CPU per second: read ${ms(mean((one) => one.read))} ms, merge ${ms(mean((one) => one.merge))}, write ${ms(mean((one) => one.write))}, add ${ms(mean((one) => one.add))}, all ${ms(mean(all))}, worst ${ms(Math.max(...rest.map(all)))} | planned ${planned}, in the merged histogram ${inHistogram}`,
    );
    if (options.analyse) await tellAnalysis(directory, shape);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What `rampart report` takes for the run directory that was written. */
async function tellAnalysis(directory: string, shape: FleetShape): Promise<void> {
  const manifest = JSON.parse(readFileSync('test/golden/run/raw/manifest.json', 'utf8')) as RunManifest;
  const scenario = { ...manifest.scenario, load: { ...manifest.scenario.load, steps: planOf(shape).steps } };
  writeFileSync(join(directory, 'raw', 'manifest.json'), JSON.stringify({ ...manifest, scenario, startUs: 0 }));
  writeFileSync(
    join(directory, 'raw', 'outcome.json'),
    JSON.stringify({ status: 'complete', endUs: (shape.seconds + 1) * 1e6 }),
  );
  const { exit, stderr, peakBytes, seconds } = await watchCommand(['report', directory, '--format', 'json']);
  if (exit === 2 || exit === 70) throw new Error(stderr);
  console.log(
    `  analysis of ${shape.seconds} s: ${seconds.toFixed(1)} s, at most ${mib(peakBytes)} MiB resident (exit ${exit})`,
  );
}
