import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupGoroutines } from '../../../src/goruntime/goroutines/groups.ts';
import { hiddenReason } from '../../../src/goruntime/goroutines/wait-reason.ts';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { mergeProfiles } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { parseProfileText } from '../../../src/goruntime/profile/text.ts';
import { framesOf, type PprofProfile, ProfileError } from '../../../src/goruntime/profile/types.ts';
import { startWaits } from '../goroutines/waits-program.ts';
import { type ProfileFolder, takeProfiles } from './go-pprof.ts';

/** Each stack through the program's own work with its labels and values, in no order. */
function stacksIn(profile: PprofProfile, work: RegExp): string[] {
  const { samples } = mergeProfiles([profile]);
  const ours = samples.filter((sample) => framesOf(sample).some((frame) => work.test(frame)));
  const labels = (sample: (typeof samples)[number]) =>
    sample.labels.map((label) => ('text' in label ? `${label.key}=${label.text}` : `${label.key}=${label.number}`));
  return ours.map((sample) => `${framesOf(sample)} ${labels(sample)} ${sample.values}`).sort();
}

const goroutines = [
  'goroutine profile: total 4',
  '3 @ 0x47e58e 0x4158ee 0x415432 0x4e01dc 0x484c61',
  String.raw`# labels: {"handler":"cart", "note":"a \"b\" \x01é"}`,
  '#\t0x4e01db\tmain.park+0x1b\t\t/src/main.go:114',
  '',
  '1 @ 0x47e58e 0x481945 0x4e021d 0x4e021d 0x484c61',
  '#\t0x481944\ttime.Sleep+0x164\t/go/src/runtime/time.go:363',
  '#\t0x4e021c\tmain.again+0x1c\t/src/main.go:116',
  '#\t0x4e021c\tmain.again+0x1c\t/src/main.go:116',
  '',
].join('\n');

describe('a text of goroutines', () => {
  test('has stacks, labels as Go quotes them, and addresses where functions are left out', () => {
    const { samples, sampleTypes } = parseProfileText(goroutines);
    expect(sampleTypes).toEqual([{ type: 'goroutine', unit: 'count' }]);
    expect(samples.map((sample) => [sample.values, framesOf(sample), sample.labels])).toEqual([
      [
        [3n],
        ['0x47e58d', '0x4158ed', '0x415431', 'main.park'],
        [
          { key: 'handler', text: 'cart' },
          { key: 'note', text: 'a "b" \u0001é' },
        ],
      ],
      [[1n], ['0x47e58d', 'time.Sleep', 'main.again', 'main.again'], []],
    ]);
  });

  test('says of a goroutine what it waits for, or that the text does not tell', () => {
    const { total, groups } = groupGoroutines(parseProfileText(goroutines));
    expect([total, groups.map(({ count, reason, site }) => [count, reason, site])]).toEqual([
      4,
      [
        [3, hiddenReason, 'main.park'],
        [1, 'sleep', 'main.again'],
      ],
    ]);
  });

  test('that is cut is refused, or is whole but for empty lines and a line that tells a function', () => {
    for (let length = 0; length < goroutines.length; length += 1) {
      let read: PprofProfile | undefined;
      try {
        read = parseProfileText(goroutines.slice(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileError);
      }
      if (read) expect(read.samples.map(({ values }) => values)).toEqual([[3n], [1n]]);
    }
  });

  test('can be written in the binary form and read again', () => {
    const profile = parseProfileText(goroutines);
    expect(decodeProfile(encodeProfile(profile))).toEqual(profile);
  });
});

test.each([
  ['', 'empty'],
  ['<html>', 'not a profile'],
  ['goroutine profile: total 2\n1 @ 0x1\n', 'not whole'],
  ['--- mutex:\n1 1 @ 0x1\n', 'not whole'],
  ['--- mutex:\ncycles/second=0\n', 'not whole'],
  ['heap profile: 1: 2 [3: 4] @ heap/1048576\n1: 2 [9: 4] @ 0x1\n', 'not whole'],
  ['goroutine profile: total 1\n1 @ 0x1\n#\t0x0\tmain.f\t/src/main.go:1\n', 'not whole'],
])('%j is refused: %s', (text, reason) => {
  expect(() => parseProfileText(text)).toThrow(expect.objectContaining({ name: 'ProfileError', reason }));
});

test('any text, and any change of a real one, is a profile or a ProfileError', () => {
  const change = fc.record({ at: fc.nat(goroutines.length), take: fc.nat(5), put: fc.string({ maxLength: 5 }) });
  const changed = fc
    .array(change, { maxLength: 4 })
    .map((changes) =>
      changes.reduce((text, { at, take, put }) => text.slice(0, at) + put + text.slice(at + take), goroutines),
    );
  const heap = fc
    .tuple(...Array.from({ length: 4 }, () => fc.bigInt({ min: -9n, max: 10n ** 18n })))
    .map(([a, b, c, d]) => `heap profile: ${a}: ${b} [${c}: ${d}] @ heap/8192\n${a}: ${b} [${c}: ${d}] @ 0x1`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), changed, heap), (text) => {
      try {
        encodeProfile(parseProfileText(text));
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileError);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('real texts', () => {
  let folder: ProfileFolder;
  beforeAll(async () => {
    folder = await takeProfiles();
  }, 180_000);
  afterAll(() => folder.remove());
  const read = async (name: string) => decodeProfile(await folder.bytes(`${name}.pb.gz`));

  test.each([
    ['heap', /^main\.allocate$/],
    ['allocs', /^main\.allocate$/],
    ['mutex', /^main\.contend/],
    ['block', /^main\.contend/],
  ])('%s: stacks have the values of the binary form', async (kind, work) => {
    for (const name of [`${kind}-1`, `${kind}-2`]) {
      const binary = await read(name);
      const text = parseProfileText(await folder.text(`${name}.txt`));
      expect(stacksIn(text, work).length).toBeGreaterThan(0);
      expect(stacksIn(text, work)).toEqual(stacksIn(binary, work));
      expect(text.sampleTypes).toEqual(binary.sampleTypes);
      expect([text.periodType, text.period]).toEqual([binary.periodType, binary.period]);
    }
  });

  test('goroutine: so have they, with labels, where the binary form tells the functions that the text leaves out', async () => {
    const binary = await read('goroutine-2');
    const text = parseProfileText(await folder.text('goroutine-2.txt'), binary);
    expect(stacksIn(text, /^main\.park/)).toEqual(stacksIn(binary, /^main\.park/));
    expect(stacksIn(text, /^main\.park/).join()).toContain('handler=cart,note=say "so", {twice}');
  });
});

test('every kind of wait is grouped as in the binary form, or the text does not tell its reason', async () => {
  const program = await startWaits();
  try {
    const look = (query: string) => fetch(`http://${program.address}/debug/pprof/goroutine${query}`);
    const text = await (await look('?debug=1')).text();
    const binary = decodeProfile(gunzipSync(new Uint8Array(await (await look('')).arrayBuffer())));
    const named = (profile: PprofProfile) =>
      groupGoroutines(profile).groups.filter(
        ({ frames, reason }) => /^main\.park/.test(frames.at(-1) ?? '') && reason !== 'running or runnable',
      );
    const expected = named(binary).map(({ count, reason, site }) => `${count} ${reason} ${site}`);
    const known = named(parseProfileText(text, binary));
    expect(known.map(({ count, reason, site }) => `${count} ${reason} ${site}`)).toEqual(expected);
    expect(known.map(({ frames }) => frames)).toEqual(named(binary).map(({ frames }) => frames));
    const unknown = named(parseProfileText(text));
    const told = unknown.filter(({ reason }) => reason !== hiddenReason);
    expect(expected).toEqual(
      expect.arrayContaining(told.map(({ count, reason, site }) => `${count} ${reason} ${site}`)),
    );
    expect(told.length).toBeGreaterThan(15);
    const sites = unknown.map(({ count, site }) => `${count} ${site}`);
    expect(sites).toEqual(expect.arrayContaining(named(binary).map(({ count, site }) => `${count} ${site}`)));
  } finally {
    await program.kill();
  }
}, 180_000);
