import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keepCaptured, readCaptured } from '../../src/experiments/pgo-captured.ts';
import { profileOf, sampleOf } from '../goruntime/profile/made-profile.ts';

const api = { directory: '/src/cmd/api', services: ['api', 'api-2'] };
const idle = { directory: '/src/cmd/idle', services: ['idle', 'idle-2'] };
const profile = profileOf([sampleOf(['main.work'], [1n, 10_000_000n])]);

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rampart-captured-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

it('goes on with profiles of which one package had no samples, and still knows why', async () => {
  const directory = folder();
  const reasons = new Map([
    ['idle', 'no samples'],
    ['idle-2', 'unreachable'],
  ]);
  const captured = { profiles: new Map([[api.directory, profile]]), reasons };
  const kept = await keepCaptured(directory, [api, idle], captured);
  expect(kept).toMatchObject([
    { file: join(directory, 'profiles/api.pb.gz'), why: '' },
    { file: join(directory, 'profiles/idle.pb.gz'), profile: undefined, why: 'no samples; unreachable' },
  ]);
  expect(await readCaptured(directory, [api, idle])).toEqual(kept);
});

it('captures anew where a package was not captured before, or none had samples', async () => {
  const directory = folder();
  expect(await readCaptured(directory, [api])).toBeUndefined();
  await keepCaptured(directory, [api], { profiles: new Map([[api.directory, profile]]), reasons: new Map() });
  expect(await readCaptured(directory, [api])).toHaveLength(1);
  expect(await readCaptured(directory, [api, idle])).toBeUndefined();
  await keepCaptured(directory, [idle], { profiles: new Map(), reasons: new Map() });
  expect(await readCaptured(directory, [idle])).toBeUndefined();
  expect(await readCaptured(directory, [api, idle])).toHaveLength(2);
});
