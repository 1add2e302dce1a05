/** What a program says that was built with the experiment by which the collector looks for leaked goroutines. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDumpGrouping } from '../../../src/goruntime/goroutines/dump-groups.ts';
import { groupGoroutines } from '../../../src/goruntime/goroutines/groups.ts';
import { createLogScanner } from '../../../src/goruntime/log/scanner.ts';
import type { LogRecord } from '../../../src/goruntime/log/streams.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { parseProfileText } from '../../../src/goruntime/profile/text.ts';
import { describeUnless } from '../../helpers/programs.ts';

const run = promisify(execFile);
const source = 'test/fixtures/goruntime/leaking';
const env = { ...process.env, GOEXPERIMENT: 'goroutineleakprofile' };

function whyNot(): string | undefined {
  const { stderr, error } = spawnSync('go', ['list', '.'], { cwd: source, env, encoding: 'utf8' });
  if (error) return 'go is not installed';
  return stderr.includes('unknown GOEXPERIMENT') ? 'go is older than 1.26' : undefined;
}

describeUnless(whyNot(), 'a program that looks for its leaked goroutines', () => {
  const records: LogRecord[] = [];
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rampart-leaks-'));
    const binary = join(folder, 'leaking');
    await run('go', ['build', '-o', binary, '.'], { cwd: source, env });
    const { stderr } = await run(binary, [folder], { env: { ...env, GODEBUG: 'gctrace=1' } });
    const scanner = createLogScanner((record) => records.push(record));
    scanner.write(Buffer.from(stderr));
    expect([...scanner.end()]).toEqual([]);
  }, 300_000);

  async function binaryProfile() {
    return decodeProfile(gunzipSync(await readFile(join(folder, 'leaks.pb.gz'))));
  }

  afterAll(() => rm(folder, { recursive: true }));

  test('each of its cycles says that it looked for leaks', () => {
    const cycles = records.flatMap((record) => (record.kind === 'gc' ? [record.value] : []));
    expect(cycles.length).toBeGreaterThanOrEqual(2);
    for (const cycle of cycles) expect(cycle).toMatchObject({ checkedLeaks: true, forced: true });
  });

  test('a dump has the leaked ones with their reason, and the one that can be reached without the flag', () => {
    const grouping = createDumpGrouping();
    for (const record of records) if (record.kind === 'goroutine') grouping.add(record.value);
    const { total, groups } = grouping.groups();
    const found = groups.map(({ count, reason, leaked, createdBy }) => ({ count, reason, leaked, createdBy }));
    expect(total).toBe(8);
    expect(found).toEqual([
      { count: 5, reason: 'chan receive', leaked: 5, createdBy: ['main.forgetReceiver'] },
      { count: 2, reason: 'chan send', leaked: 2, createdBy: ['main.forgetSender'] },
      { count: 1, reason: 'chan receive', leaked: 0, createdBy: ['main.main'] },
    ]);
  });

  test.each([
    ['binary', () => binaryProfile()],
    ['text', async () => parseProfileText(await readFile(join(folder, 'leaks.txt'), 'utf8'), await binaryProfile())],
  ])('its %s profile has the leaked ones only', async (_, read) => {
    const { total, groups } = groupGoroutines(await read());
    expect(total).toBe(7);
    expect(groups.map(({ count, reason, site }) => ({ count, reason, site }))).toEqual([
      { count: 5, reason: 'chan receive', site: 'main.receive' },
      { count: 2, reason: 'chan send', site: 'main.send' },
    ]);
  });
});
