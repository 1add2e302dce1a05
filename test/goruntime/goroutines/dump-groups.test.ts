import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createDumpGrouping, type DumpGroups } from '../../../src/goruntime/goroutines/dump-groups.ts';
import { createDumpReader } from '../../../src/goruntime/goroutines/dump-reader.ts';
import { groupGoroutines } from '../../../src/goruntime/goroutines/groups.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/goruntime/${name}`, import.meta.url));

function groupsOf(text: string): DumpGroups {
  const reader = createDumpReader();
  const grouping = createDumpGrouping();
  const records = [...text.split('\n').flatMap((line, at) => [...reader.line(line, at)]), ...reader.end()];
  for (const record of records) if (record.kind === 'goroutine') grouping.add(record.value);
  return grouping.groups();
}

/** `<count> <site>`, since a text has no runtime frames and names a nil channel. */
const sites = (groups: DumpGroups['groups'] | ReturnType<typeof groupGoroutines>['groups']) => {
  const counts = new Map<string, number>();
  for (const { site, count } of groups) counts.set(site, (counts.get(site) ?? 0) + count);
  return [...counts].map(([site, count]) => `${count} ${site}`).sort();
};

test.each(['go119-waits', 'go126-waits'])(
  'a text and a profile of the same goroutines have the same groups: %s',
  (name) => {
    const text = groupsOf(fixture(`${name}.txt`).toString());
    const profile = groupGoroutines(decodeProfile(gunzipSync(fixture(`${name}.pb.gz`))));
    expect(sites(text.groups)).toEqual(sites(profile.groups));
    expect(text.total).toBe(profile.total);
  },
);

test('the groups of a real SIGQUIT dump say what waits, how many, and who started them', () => {
  const { groups, total } = groupsOf(fixture('go126-crowd.txt').toString());
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  expect(groups.find(({ site }) => site === 'main.receive')).toMatchObject({
    count: 2,
    reason: 'chan receive',
    createdBy: ['main.main'],
  });
  expect(groups.find(({ site }) => site === 'main.waitForLock')?.reason).toBe('sync.Mutex.Lock');
  expect(groups.find(({ site }) => site === 'main.locked')).toMatchObject({ count: 2, lockedToThread: 1 });
});

test('a group says how long the one waits that has waited longest', () => {
  const goroutine = (id: number, minutes: string) =>
    `goroutine ${id} [select${minutes}]:\nmain.f()\n\t/m.go:4 +0x1\n\n`;
  const { groups } = groupsOf(goroutine(4, '') + goroutine(5, ', 17 minutes') + goroutine(6, ', 3 minutes'));
  expect(groups).toMatchObject([{ count: 3, longestWaitMinutes: 17, exampleId: 4 }]);
});
