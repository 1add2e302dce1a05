/** Profiles of a program that was built by an old Go, against the `go tool pprof` of today. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffProfile, normalizeProfile, subtractProfile } from '../../../src/goruntime/profile/delta.ts';
import { columnKinds } from '../../../src/goruntime/profile/kind.ts';
import { createBytesMerger } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { contentOf, type ProfileFolder, takeProfiles } from '../../goruntime/profile/go-pprof.ts';
import { describeUnless } from '../../helpers/programs.ts';

const kinds = ['cpu', 'heap', 'allocs', 'mutex', 'block', 'goroutine'];

function whyNot(toolchain: string): string | undefined {
  const { status } = spawnSync('go', ['version'], { env: { ...process.env, GOTOOLCHAIN: toolchain } });
  return status === 0 ? undefined : `${toolchain} cannot be had from the Go module proxy`;
}

for (const toolchain of ['go1.19.13', 'local']) {
  describeUnless(
    whyNot(toolchain),
    `a program built by ${toolchain === 'local' ? 'the Go of today' : toolchain}`,
    () => {
      let folder: ProfileFolder;
      beforeAll(async () => {
        folder = await takeProfiles(toolchain);
      }, 180_000);
      afterAll(() => folder.remove());
      const read = async (name: string) => decodeProfile(await folder.bytes(name));

      test.each(kinds)('%s: the merge of its bytes is that of go tool pprof -proto, stack by stack', async (kind) => {
        const names = [`${kind}-1.pb.gz`, `${kind}-2.pb.gz`, `${kind}-1.pb.gz`] as const;
        const merger = createBytesMerger();
        for (const name of names) merger.add(await folder.bytes(name));
        const theirs = decodeProfile(await folder.proto(...names));
        expect(theirs.samples.length).toBeGreaterThan(0);
        expect(contentOf(decodeProfile(merger.result()))).toEqual(contentOf(theirs));
      });

      test.each(kinds)('%s: -base, -diff_base and -normalize give what we make', async (kind) => {
        const [first, second] = [`${kind}-1.pb.gz`, `${kind}-2.pb.gz`] as const;
        const [base, profile] = [await read(first), await read(second)];
        const theirs = async (...args: readonly string[]) =>
          contentOf(decodeProfile(await folder.proto(...args, second)));
        expect(contentOf(subtractProfile(profile, base))).toEqual(await theirs(`-base=${first}`));
        expect(contentOf(diffProfile(profile, base))).toEqual(await theirs(`-diff_base=${first}`));
        const normalized = subtractProfile(normalizeProfile(profile, base), base);
        expect(contentOf(normalized)).toEqual(await theirs('-normalize', `-base=${first}`));
      });

      test('its headers say what its columns are', async () => {
        const found = await Promise.all(
          kinds.map(async (kind) => [...new Set(columnKinds(await read(`${kind}-1.pb.gz`)))]),
        );
        expect(found).toEqual([
          ['interval'],
          ['cumulative', 'gauge'],
          ['cumulative', 'gauge'],
          ['cumulative'],
          ['cumulative'],
          ['gauge'],
        ]);
      });
    },
  );
}
