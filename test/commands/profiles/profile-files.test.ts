/** Profile files as inputs: read once, each for itself. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/commands/parse.ts';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import type { PprofProfile } from '../../../src/goruntime/profile/types.ts';
import { locationOf, mappingOf, profileOf } from '../../goruntime/profile/made-profile.ts';
import { contextOf } from '../../helpers/command-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'rampart-profile-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function merged(...words: string[]) {
  const { context, told } = contextOf({ HOME: folder }, folder);
  const code = await runCommandLine(['profiles', 'merge', ...words, '--unlabelled', '--out', 'out.pb.gz'], context);
  const out = join(folder, 'out.pb.gz');
  const profile = existsSync(out) ? decodeProfile(gunzipSync(readFileSync(out))) : undefined;
  rmSync(out, { force: true });
  return { code, stderr: told.stderr, profile };
}

function written(name: string, period: PprofProfile['periodType'], columns: readonly string[], timeNanos = 5n): string {
  const mapping = mappingOf();
  const values = columns.map(() => 7n);
  const profile = profileOf([{ locations: [locationOf(['main.work'], { mapping })], values, labels: [] }], {
    sampleTypes: columns.map((type) => ({ type, unit: 'count' })),
    mappings: [mapping],
    periodType: period,
    timeNanos,
    dropFrames: name,
  });
  writeFileSync(join(folder, name), gzipSync(encodeProfile(profile)));
  return name;
}

const cpu = { type: 'cpu', unit: 'nanoseconds' };
const space = { type: 'space', unit: 'bytes' };
const good = written('good.pb.gz', cpu, ['samples']);

describe('files that hold no profile', () => {
  writeFileSync(join(folder, 'text.pb.gz'), 'no profile\n');
  writeFileSync(join(folder, 'cut.pb.gz'), readFileSync(join(folder, good)).subarray(0, 60));
  const other = written('good.other.gz', space, ['samples']);
  const names = ['text.pb.gz', good, 'cut.pb.gz', other];

  it('are named all at once, also where those before them do not go together, and nothing is written', async () => {
    for (const order of [names, names.toReversed()]) {
      const { code, stderr, profile } = await merged(...order);
      expect({ code, profile }).toEqual({ code: 2, profile: undefined });
      const told = stderr.split('\n').filter((line) => line.includes('.gz: '));
      expect(told.map((line) => line.replace(/^rampart: /, '').replace(/:.*/, ''))).toEqual(
        order.filter((name) => name !== good && name !== other),
      );
    }
  });

  it('are not held against what the flags leave out', async () => {
    const { code, stderr } = await merged(...names, '--type', 'heap');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('cut.pb.gz: ') });
  });
});

it('files that do not go together are refused with the name of the first that does not', async () => {
  const others = [written('good.prof', cpu, ['samples', 'more']), written('good.out', cpu, ['samples', 'most'])];
  const { code, stderr, profile } = await merged(good, ...others);
  expect({ code, profile }).toEqual({ code: 2, profile: undefined });
  expect(stderr).toContain('good.prof: profiles do not go together');
});

it.each([
  ['cpu', cpu, ['samples', 'cpu']],
  ['heap', space, ['alloc_objects', 'alloc_space', 'inuse_objects', 'inuse_space']],
])(
  '%s files are added up as they are, in the order of their names, a file that is named twice as two',
  async (kind, period, columns) => {
    const late = written(`${kind}-late.pb.gz`, period, columns, 9n);
    const early = written(`${kind}-early.pb.gz`, period, columns, 3n);
    const { code, profile } = await merged(late, early, late);
    expect(code).toBe(0);
    expect(profile?.samples.map(({ values }) => values)).toEqual([columns.map(() => 21n)]);
    // Of what only one can say, pprof takes what the first says.
    expect(profile).toMatchObject({ timeNanos: 3n, dropFrames: late });
  },
);
