import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seededUniform } from '../../src/load/random.ts';
import { chooser, openRequestSource } from '../../src/load/request-source.ts';
import { plainRequest, planFor } from './load-run.ts';

it('hands out one and the same request when there is only one', async () => {
  const next = await openRequestSource(planFor(80));
  expect(next()).toBe(next());
  expect(next().label).toBe('');
});

it('chooses in proportion to the weights', () => {
  const next = chooser(
    [
      { weight: 3, value: 'a' },
      { weight: 0.5, value: 'b' },
      { weight: 1.5, value: 'c' },
    ],
    seededUniform(1),
  );
  const counts = { a: 0, b: 0, c: 0 };
  for (let round = 0; round < 10_000; round++) counts[next() as keyof typeof counts]++;
  // Four standard deviations of the binomial are below 0.02 for each share.
  expect(Math.abs(counts.a / 10_000 - 0.6)).toBeLessThan(0.02);
  expect(Math.abs(counts.b / 10_000 - 0.1)).toBeLessThan(0.02);
});

it('sends a body file byte for byte', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-body-'));
  try {
    const bodyFile = join(folder, 'body.bin');
    await writeFile(bodyFile, Buffer.from([0, 255, 10]));
    const next = await openRequestSource(planFor(80, { requests: [{ ...plainRequest, method: 'PUT', bodyFile }] }));
    const { bytes } = next();
    expect(bytes.subarray(-3)).toEqual(Buffer.from([0, 255, 10]));
    expect(bytes.toString('latin1')).toContain('\r\nContent-Length: 3\r\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
