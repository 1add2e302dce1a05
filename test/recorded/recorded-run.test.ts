import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildResult } from '../../src/analysis/build-result.ts';
import type { RawRun } from '../../src/model/raw-run.ts';
import { readSystems } from '../bench/findings/systems.ts';
import { packRun, recordedRun, unpackRun } from '../helpers/recorded-run.ts';

const kept = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json.gz'));
const names = kept.map((file) => file.replace('.json.gz', ''));

it('keeps runs of systems that there are', () => {
  const known = readSystems(join(import.meta.dirname, '..', '..')).map(({ name }) => name);
  expect(known).toEqual(expect.arrayContaining(names));
});

it('keeps each small', () => {
  const large = kept.filter((file) => statSync(join(import.meta.dirname, file)).size > 150 * 1024);
  expect(large).toEqual([]);
});

it('gives what analysis needs: load, readings, stacks and profiles that can be read', () => {
  const run = recordedRun('orders');
  expect(new Set(run.samples.map(({ kind }) => kind))).toEqual(
    new Set(['step', 'end', 'window', 'tick', 'reading', 'stacks', 'profile', 'event', 'gap', 'program', 'clock']),
  );
  const { steps } = buildResult(run);
  expect(steps.flatMap(({ profiles }) => profiles ?? []).some(({ outcome }) => outcome === 'ok')).toBe(true);
});

it('gives the same run after packing it once more', () => {
  const text = (bytes: Uint8Array) => gunzipSync(bytes).toString('latin1');
  const first = packRun(recordedRun('ledger'), '/nowhere');
  expect(text(packRun(unpackRun(first), '/nowhere')) === text(first)).toBe(true);
});

it('frees a run from the folder that it was made in', () => {
  const run = recordedRun('feed');
  const topology = { ...run.manifest.scenario.topology, compose: '/home/anna/rampart/compose.yaml' };
  const here = { ...run, manifest: { ...run.manifest, scenario: { ...run.manifest.scenario, topology } } } as RawRun;
  const text = gunzipSync(packRun(here, '/home/anna/rampart')).toString('latin1');
  expect(text).toContain('/srv/rampart/compose.yaml');
  expect(text).not.toContain('/home/anna');
});
