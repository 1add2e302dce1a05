import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inspectChanges } from '../../../src/analysis/inspect/changes.ts';
import { inspectProfile } from '../../../src/analysis/inspect/profile.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { parseProfileText } from '../../../src/goruntime/profile/text.ts';
import { gc, inspectText, sched } from '../../helpers/inspect-log.ts';

const log = (text: string, file: string) => ({ inspection: inspectText(text, file) });
const dump = (waiting: number, file: string) =>
  log(
    Array.from(
      { length: waiting },
      (_, id) => `goroutine ${id + 1} [chan send]:\nmain.leak()\n\t/m.go:7 +0x1\n\n`,
    ).join(''),
    file,
  );
const heap = (bytes: number, file: string) => {
  // Every allocation was sampled, so that nothing is scaled.
  const sums = `1: ${bytes} [1: ${bytes}]`;
  const text = `heap profile: ${sums} @ heap/2\n${sums} @ 0x1\n#\t0x1\tmain.fill+0x1\t/m.go:7\n\n`;
  const profile = parseProfileText(text);
  return { inspection: inspectProfile(file, text.length, profile), profile };
};

it('says nothing of a single input, nor of two of different kinds', () => {
  expect(inspectChanges([dump(3, 'a')])).toEqual([]);
  expect(inspectChanges([dump(3, 'a'), heap(10, 'b')])).toEqual([]);
});

it('says which groups of goroutines grew over three dumps', () => {
  const [found] = inspectChanges([dump(3, 'a'), dump(5, 'b'), dump(9, 'c')]);
  expect(found).toMatchObject({ inputs: ['a', 'b', 'c'], unit: 'count' });
  expect(found?.rows).toEqual([
    { name: 'all goroutines', values: [3, 5, 9] },
    { name: 'main.leak', detail: '(chan send)', values: [3, 5, 9] },
  ]);
});

it('sees the same goroutines in a dump and in a profile of one process', () => {
  const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'goruntime');
  const text = readFileSync(join(folder, 'go126-waits.txt'), 'utf8');
  const profile = decodeProfile(gunzipSync(readFileSync(join(folder, 'go126-waits.pb.gz'))));
  const [found] = inspectChanges([log(text, 'a'), { inspection: inspectProfile('b', 1, profile), profile }]);
  expect(found?.rows[0]?.values).toEqual([52, 52]);
  expect(found?.rows.length).toBeLessThan(8);
});

it('says which functions grew, in the unit of the profile', () => {
  const [found] = inspectChanges([heap(1000, 'a'), heap(4000, 'b')]);
  expect(found).toMatchObject({ of: 'heap profiles by function', inputs: ['a', 'b'], unit: 'bytes' });
  expect(found?.rows).toEqual([
    { name: 'all functions', values: [1000, 4000] },
    { name: 'main.fill', values: [1000, 4000] },
  ]);
});

it('lays logs side by side, and leaves out what only one of them has', () => {
  const slow = sched(0, 8, 0) + sched(1000, 4, 0);
  const [found] = inspectChanges([log(slow + gc(1, 0.5, 1, 3), 'a'), log(sched(0, 0, 1) + sched(1000, 0, 1), 'b')]);
  const row = (name: string) => found?.rows.find((each) => each.name === name)?.values;
  expect(row('SCHED: global run queue, mean')).toEqual([6, 0]);
  expect(row('SCHED: lines with waiting goroutines and no idle P, %')).toEqual([100, 0]);
  expect(row('GC: pause max, ms')).toBeUndefined();
});
