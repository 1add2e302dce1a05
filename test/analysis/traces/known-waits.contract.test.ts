/** Requests of a server that measures its own waits are found, and their time is split as it says. */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TracedRequest } from '../../../src/analysis/traces/request-finder.ts';
import type { PartKind } from '../../../src/analysis/traces/request-parts.ts';
import { inspectInput } from '../../../src/commands/inspect/input.ts';
import { inspectionSchema } from '../../../src/model/inspection.ts';
import { inspectionHtml } from '../../../src/report/html-report.ts';
import { inspectionText } from '../../../src/report/terminal/inspect/inspection.ts';
import { olderToolchain } from '../../helpers/toolchains.ts';
import { agreementOf, type MeasuredRequest, requestsOf, spentOn } from '../../helpers/traced-requests.ts';

interface Truth {
  readonly count: number;
  /** Nanoseconds in all. */
  readonly ns: Readonly<Record<string, number>>;
}

interface Known {
  readonly file: string;
  readonly truths: Readonly<Record<string, Truth>>;
  readonly requests: readonly MeasuredRequest[];
  readonly unanswered: number;
}

const folder = mkdtempSync(join(tmpdir(), 'rampart-known-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(toolchain: string): Known {
  const [program, file] = [join(folder, `known-${toolchain}`), join(folder, `${toolchain}.trace`)];
  const env = { ...process.env, GOTOOLCHAIN: toolchain };
  execFileSync('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'known'), env, stdio: 'pipe' });
  const { truths } = JSON.parse(execFileSync(program, [file], { encoding: 'utf8' })) as Pick<Known, 'truths'>;
  const { requests, counts } = requestsOf(readFileSync(file));
  return { file, truths, requests, unanswered: counts.unanswered };
}

/** Closures are called after the function that they are within. */
const isOf = (handler: string) => (request: TracedRequest) =>
  new RegExp(`^main\\.(?:main\\.)?${handler}(?:\\.|$)`).test(request.route ?? '');
const sumOf = (requests: readonly TracedRequest[], kinds: readonly PartKind[]) =>
  requests.reduce((sum, request) => sum + spentOn(request, kinds), 0);

function expectKnownWaits({ truths, requests }: Known): void {
  for (const handler of ['sleep', 'locked', 'channel', 'join', 'downstream', 'pooled']) {
    const truth = truths[handler];
    const [[kind, ns] = ['', 0]] = Object.entries(truth?.ns ?? {});
    const { count, share } = agreementOf(requests, handler);
    expect(count, handler).toBe(truth?.count);
    expect(share, `${handler} has as much ${kind} as it measured`).toBeGreaterThanOrEqual(0.95);
    expect(sumOf(requests.filter(isOf(handler)), [kind as PartKind]), `${handler} is mostly ${kind}`).toBeGreaterThan(
      0.5 * ns,
    );
  }
}

const older = olderToolchain();
let here: Known;
beforeAll(() => {
  here = run('local');
}, 180_000);

it('each kind of wait has the time that the server measured', () => {
  expectKnownWaits(here);
});

it('what a handler computes is running, and what it reads from files is a system call, at that place', () => {
  const spinning = here.requests.filter(({ parts }) =>
    parts.some(({ kind, ns }) => kind === 'running' && ns > 2_900_000),
  );
  expect(spinning.length).toBeGreaterThanOrEqual(0.95 * (here.truths['spin']?.count ?? 0));
  const reading = here.requests.filter(isOf('file'));
  expect(reading.length).toBe(here.truths['file']?.count);
  for (const { parts } of reading)
    expect(parts.find(({ kind, site }) => kind === 'syscall' && site.includes('main.file'))?.ns ?? 0).toBeGreaterThan(
      0,
    );
});

it('all requests are found, and the parts of each add up to it', () => {
  const served = Object.values(here.truths).reduce((sum, { count }) => sum + count, 0);
  // Each of two kinds asks another handler once.
  const asked = served + (here.truths['downstream']?.count ?? 0) + (here.truths['pooled']?.count ?? 0);
  expect(here.requests.length).toBeGreaterThanOrEqual(0.95 * asked);
  expect(here.requests.length).toBeLessThanOrEqual(asked);
  for (const request of here.requests) {
    const { beginNs, endNs, parts } = request;
    const sum = parts.reduce((all, { ns }) => all + ns, 0);
    expect(Math.abs(sum - (endNs - beginNs))).toBeLessThan(1);
    expect(spentOn(request, ['unknown'])).toBeLessThanOrEqual(0.05 * sum + 1000);
  }
});

it('a connection that the program took over is counted, and is no request', () => {
  expect(here.unanswered).toBe(1);
  expect(here.requests.filter(isOf('hijacked'))).toEqual([]);
});

it('inspect tells where they wait, in every form', async () => {
  const { inspection } = await inspectInput('trace.out', createReadStream(here.file));
  if (inspection.kind !== 'trace') throw new Error(`it was taken for a ${inspection.kind}`);
  const text = inspectionText([inspection], [], { color: false, width: 120 });
  expect(text).toContain('execution trace');
  expect(text).toContain(`${here.requests.length} requests`);
  expect(text).toContain('Where the time of a request goes');
  expect(text).toMatch(/ {2}main\.sleep\n/);
  expect(inspection.routes.find(({ route }) => route === 'main.sleep')?.typical?.parts[0]).toMatchObject({
    what: 'sleep',
    site: 'time.Sleep in main.sleep',
  });
  const page = inspectionHtml([inspection], [], 'rampart', { uplotJs: '', uplotCss: '' });
  expect(page).toContain('waits for a lock at sync.(*Mutex).Lock in main.locked');
  expect(inspectionSchema.parse(inspection)).toEqual(inspection);
});

it('inspect reads what is whole of a trace that was cut off, and says so; of one that is not, it says why', async () => {
  const bytes = readFileSync(here.file);
  const { inspection } = await inspectInput('trace.out', Readable.from([bytes.subarray(0, -1)])).catch(
    (error: Error) => {
      // A short trace is one generation, of which nothing is whole then.
      expect(error.message).toContain('is an execution trace that cannot be read: the trace ends within a generation');
      return { inspection: undefined };
    },
  );
  if (inspection?.kind === 'trace') expect(inspection.incomplete).toContain('the trace ends within a generation');
  await expect(inspectInput('old.out', Readable.from([Buffer.from('go 1.19 trace\0\0\0')]))).rejects.toThrow(
    'the trace has the format of Go 1.19, which nobody reads beside Go itself; build the program with Go 1.22 or newer',
  );
});

it.skipIf(older === undefined)('an older Go is split alike', { timeout: 180_000 }, () => {
  expectKnownWaits(run(older ?? ''));
});
