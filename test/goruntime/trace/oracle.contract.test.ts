/** Events are those that golang.org/x/exp/trace reads, of Go's own test data and of a busy server of this and of older releases. */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { olderToolchain } from '../../helpers/toolchains.ts';
import { inPieces, traceLines } from '../../helpers/trace-lines.ts';
import { traceBytes } from '../../helpers/trace-text.ts';

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'rampart-traces-'));
const oracle = join(folder, 'oracle');

function go(directory: string, args: readonly string[], toolchain = 'local'): string {
  const env = { ...process.env, GOTOOLCHAIN: toolchain };
  return execFileSync('go', args, { cwd: join(here, directory), env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

beforeAll(() => go('oracle', ['build', '-o', oracle, '.']), 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Where it cannot go on it first tells of a generation that it then does not read. */
function theirLines(bytes: Uint8Array): string[] {
  const options: ExecFileSyncOptionsWithStringEncoding = {
    input: bytes,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1e9,
  };
  return withoutLastSync(execFileSync(oracle, options).trimEnd().split('\n'));
}

function withoutLastSync(lines: string[]): string[] {
  return lines.at(-1) === 'error' && lines.at(-2)?.endsWith('sync') ? [...lines.slice(0, -2), 'error'] : lines;
}

/** The first line that differs: all of them would be millions of characters. */
function firstDifference(bytes: Uint8Array): string | undefined {
  const ours = withoutLastSync(traceLines(inPieces(bytes, 10_000)));
  const theirs = theirLines(bytes);
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  if (at >= 0) return `${at}: ${ours[at]}, theirs ${theirs[at]}`;
  return ours.length === theirs.length ? undefined : `${ours.length} events, theirs ${theirs.length}`;
}

describe("Go's own test data", () => {
  const tests = () => join(go('oracle', ['list', '-m', '-f', '{{.Dir}}', 'golang.org/x/exp']), 'trace/testdata/tests');
  const texts = () => {
    const place = tests();
    return readdirSync(place).map((name) => [name, readFileSync(join(place, name), 'utf8')] as const);
  };

  it('is read alike, refusals too', () => {
    const read = texts();
    expect(read.length).toBeGreaterThan(20);
    for (const [name, file] of read) {
      const [, text = ''] = file.split('-- trace --\n');
      // The oracle takes a time of 0 for none.
      const later = text.replace(/\btime=(\d+)/g, (_, units: string) => `time=${Number(units) + 1000}`);
      const bytes = traceBytes(later);
      expect(firstDifference(bytes), name).toBeUndefined();
      expect(traceLines(inPieces(bytes, 1)), name).toEqual(traceLines([bytes]));
    }
  });
});

describe('a busy server of many kinds of requests', () => {
  const traceOf = (toolchain: string, length: string) => {
    const [program, trace] = [join(folder, `busy-${toolchain}`), join(folder, `${toolchain}.trace`)];
    go('busy', ['build', '-o', program, '.'], toolchain);
    execFileSync(program, [trace, length]);
    return readFileSync(trace);
  };

  it('is read alike, over several generations, built with Go as it is here', { timeout: 180_000 }, () => {
    const bytes = traceOf('local', '1500ms');
    expect(firstDifference(bytes)).toBeUndefined();
    const lines = traceLines([bytes]);
    for (const kind of [
      'sync',
      'task-begin',
      'region-end',
      'log',
      'range-begin "GC',
      'Syscall Runnable',
      'Running Waiting "sync"',
    ])
      expect(
        lines.some((line) => line.includes(kind)),
        kind,
      ).toBe(true);
  });

  it('is read alike, built with an older one', { timeout: 180_000 }, ({ skip }) => {
    const older = olderToolchain();
    if (older === undefined) return skip('no older toolchain is to be had');
    expect(firstDifference(traceOf(older, '600ms'))).toBeUndefined();
  });

  it('is read alike or refused with a few bytes changed', { timeout: 180_000 }, () => {
    const bytes = traceOf('local', '60ms');
    const refused: boolean[] = [];
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const { at, byte } of changes) changed[at] = byte;
        const [ours, theirs] = [withoutLastSync(traceLines([changed])), theirLines(changed)];
        const isRefused = ours.at(-1) === 'error';
        refused.push(isRefused);
        // Texts that are none any more look otherwise there.
        if (!isRefused) expect([theirs.at(-1) === 'error', theirs.length]).toEqual([false, ours.length]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
    // Most bytes of a trace are times and texts, which may be any.
    expect(refused).toContain(false);
  });
});
