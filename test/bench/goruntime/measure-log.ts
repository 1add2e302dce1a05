/** Scans one log in a process of its own and prints what it took of processor time and memory, as one line of JSON: `measure-log.js FILE BYTES`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { createDumpGrouping, type DumpGrouping } from '../../../src/goruntime/goroutines/dump-groups.ts';
import { createLogScanner } from '../../../src/goruntime/log/scanner.ts';

const [path = ''] = process.argv.slice(2);
const file = openSync(path, 'r');
const chunk = Buffer.alloc(256 * 1024);
const counts: Record<string, number> = {};
let grouping: DumpGrouping = createDumpGrouping();
let groups = 0;
let bytes = 0;
let afterTenth = 0;
const scanner = createLogScanner((record) => {
  counts[record.kind] = (counts[record.kind] ?? 0) + 1;
  if (record.kind === 'dump') {
    groups = Math.max(groups, grouping.groups().groups.length);
    grouping = createDumpGrouping();
  } else if (record.kind === 'goroutine') grouping.add(record.value);
});
const start = process.cpuUsage();
const total = Number(process.argv[3]);
for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
  scanner.write(chunk.subarray(0, read));
  bytes += read;
  if (afterTenth === 0 && bytes > total / 10) afterTenth = process.memoryUsage.rss();
}
const rejects = Object.fromEntries([...scanner.end()].map(([kind, { count }]) => [kind, count]));
groups = Math.max(groups, grouping.groups().groups.length);
const used = process.cpuUsage(start);
const seconds = (used.user + used.system) / 1e6;
const peakMib = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({ bytes, seconds, peakMib, afterTenthMib: afterTenth / 1024 / 1024, counts, rejects, groups }),
);
closeSync(file);
