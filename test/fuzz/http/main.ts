/** Fuzzes the reading of responses against Node's parser: `npm run fuzz:http -- --seconds N --seed S`. */
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { differenceText, fuzz } from './http-fuzz.ts';
import { readOurs } from './our-client.ts';
import { outcomeText, unescaped } from './outcome.ts';
import { cutAt } from './random-exchange.ts';

const usage = `npm run fuzz:http -- [--seconds N] [--seed S]          random responses for N seconds (10), the same ones for the same S
npm run fuzz:http -- --replay BYTES [--cuts I,J] [--head]   one response, with \\r, \\n and \\xNN, cut before those bytes`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    replay: { type: 'string' },
    cuts: { type: 'string', default: '' },
    head: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(usage);
else if (values.replay === undefined) await run(Number(values.seconds), Number(values.seed ?? Date.now() % 2 ** 31));
else await replay(values.replay, values.cuts, values.head);

async function run(seconds: number, seed: number): Promise<void> {
  if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error(`seconds and seed must be numbers\n${usage}`);
  const started = performance.now();
  const { cases, accepted, differences } = await fuzz(seed, () => performance.now() - started > seconds * 1000);
  const perS = Math.round((cases * 1000) / (performance.now() - started));
  console.log(`seed ${seed}: ${cases} cases, ${perS}/s, ${differences.length} differences without a reason`);
  for (const [reason, count] of [...accepted].sort((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(9)}  accepted: ${reason}`);
  for (const difference of differences) console.log(`\nseed ${seed}, ${differenceText(difference)}`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}

async function replay(bytes: string, cuts: string, isHead: boolean): Promise<void> {
  const places = cuts.split(',').filter(Boolean).map(Number);
  const exchange = { reads: cutAt(Buffer.from(unescaped(bytes), 'latin1'), places), isHead };
  const { accepted, difference } = await compare(exchange);
  if (difference) console.log(differenceText(difference));
  else console.log(`${outcomeText(readOurs(exchange).outcome)}\n${accepted ? `accepted: ${accepted}` : 'Node agrees'}`);
  process.exitCode = difference ? 1 : 0;
}
