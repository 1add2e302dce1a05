/** The subcommands beside `go tool pprof`: the same numbers of the same files, and files that it reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/commands/parse.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { type ProfileTop, profileTopSchema } from '../../../src/model/profile-top.ts';
import { contentOf, type ProfileFolder, takeProfiles } from '../../goruntime/profile/go-pprof.ts';
import { contextOf } from '../../helpers/command-context.ts';

const run = join(import.meta.dirname, '..', '..', 'golden', 'run');

describe('with real profiles', () => {
  let folder: ProfileFolder;
  beforeAll(async () => {
    folder = await takeProfiles();
  }, 120_000);
  afterAll(() => folder.remove());

  async function typed(...words: string[]) {
    const { context, told } = contextOf({ HOME: folder.path }, folder.path);
    const code = await runCommandLine(['profiles', ...words], context);
    expect({ code, stderr: told.stderr }).toMatchObject({ code: 0 });
    return told;
  }

  /** Function, flat and cum of each row of `go tool pprof -top`, in the unit that was asked for. */
  async function topOf(...args: string[]): Promise<string[]> {
    const text = await folder.pprof('-top', '-nodecount=100000', '-nodefraction=0', ...args);
    const rows = text.split('\n').slice(text.split('\n').findIndex((line) => / flat /.test(line)) + 1);
    return rows.flatMap((row) => {
      const [, flat, cum, name] =
        /^\s*(-?[\d.]+)\w*\s+\S+\s+\S+\s+(-?[\d.]+)\w*\s+\S+\s+(.*?)(?: \(inline\))?$/.exec(row) ?? [];
      return name === undefined ? [] : [`${name} ${Number(flat)} ${Number(cum)}`];
    });
  }

  const rowsOf = ({ rows }: ProfileTop) => rows.map(({ name, flat, cum }) => `${name} ${flat} ${cum}`);
  const read = (stdout: string) => profileTopSchema.parse(JSON.parse(stdout));

  test.each([
    ['cpu-1.pb.gz', 'cpu', 'ns'],
    ['heap-1.pb.gz', 'alloc_space', 'B'],
    ['heap-2.pb.gz', 'inuse_objects', ''],
    ['mutex-2.pb.gz', 'delay', 'ns'],
    ['block-1.pb.gz', 'contentions', ''],
  ])('top of %s has the flat and cum values of %s that -top has', async (file, sample, unit) => {
    const { stdout } = await typed('top', file, '--sample', sample, '--rows', '0', '--json');
    const expected = await topOf(`-sample_index=${sample}`, ...(unit === '' ? [] : [`-unit=${unit}`]), file);
    expect(expected.length).toBeGreaterThan(0);
    expect(rowsOf(read(stdout)).sort()).toEqual(expected.sort());
  });

  test.each([['cpu'], ['heap'], ['mutex']])('a merge of two %s profiles says what -proto says', async (kind) => {
    const files = [`${kind}-1.pb.gz`, `${kind}-2.pb.gz`];
    await typed('merge', ...files, '--unlabelled', '--out', 'ours.pb.gz');
    const ours = decodeProfile(gunzipSync(readFileSync(join(folder.path, 'ours.pb.gz'))));
    expect(contentOf(ours)).toEqual(contentOf(decodeProfile(await folder.proto(...files))));
  });

  test('a difference is, function by function, what -diff_base shows', async () => {
    await typed(
      'diff',
      'heap-1.pb.gz',
      'heap-2.pb.gz',
      '--sample',
      'alloc_space',
      '--per',
      'none',
      '--out',
      'diff.pb.gz',
    );
    const [ours, theirs] = [
      await topOf('-sample_index=alloc_space', '-unit=B', 'diff.pb.gz'),
      await topOf('-sample_index=alloc_space', '-unit=B', '-diff_base=heap-1.pb.gz', 'heap-2.pb.gz'),
    ];
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.sort()).toEqual(theirs.sort());
  });

  test('the merged profile of a run is split by step, rate, target and setting', async () => {
    await typed('merge', run, '--out', 'run.pb.gz');
    const tags = await folder.pprof('-tags', 'run.pb.gz');
    for (const tag of ['above', 'rps=600', 'downstream-1', 'LOCK_HOLD=2ms']) expect(tags).toContain(tag);
    expect(await folder.pprof('-tagroot=step', '-top', '-cum', 'run.pb.gz')).toMatch(/ above$/m);
    const { stdout } = await typed('top', run, '--rows', '0', '--json');
    expect(rowsOf(read(stdout)).sort()).toEqual((await topOf('-unit=ns', 'run.pb.gz')).sort());
  });
});
