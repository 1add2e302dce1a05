/** The requests of a trace that was recorded of a gRPC server, as lines of JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectCommand } from '../../../src/commands/inspect/inspect.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';
import { requestsOf } from '../../helpers/traced-requests.ts';

const test = join(import.meta.dirname, '..', '..');
const traces = join(test, 'analysis', 'traces', 'grpc');
const trace = join(traces, 'plain.trace.gz');
const log = join(test, 'fixtures', 'goruntime', 'go126-trace.log');

interface Span {
  readonly file?: string;
  readonly atS: number;
  readonly us: number;
  readonly goroutine: number;
  readonly route?: string;
  readonly parts: readonly { readonly what: string; readonly site: string; readonly us: number }[];
  readonly monotonicNs: number;
}

async function spansOf(files: readonly string[], flags: Readonly<Record<string, boolean>> = {}) {
  const { context, told } = contextOf({});
  await inspectCommand.run(argsOf({ files, spans: true, ...flags }), context);
  const lines = told.stdout.split('\n').slice(0, -1);
  return { spans: lines.map((line) => JSON.parse(line) as Span), stderr: told.stderr };
}

describe('inspect --spans', () => {
  it('prints every request of a trace with its parts, one for each line', async () => {
    const { requests } = requestsOf(gunzipSync(readFileSync(trace)));
    const { spans, stderr } = await spansOf([trace]);
    expect(spans.map(({ goroutine }) => goroutine)).toEqual(requests.map(({ goroutine }) => goroutine));
    expect(stderr).toBe('');
    const asleep = spans.find(({ route }) => route === 'main.init.unary.func2');
    expect(asleep?.parts[0]).toMatchObject({ what: 'sleep', site: 'time.Sleep in main.shop.sleep' });
    for (const { us, parts } of spans) {
      const sum = parts.reduce((total, part) => total + part.us, 0);
      expect(sum).toBeGreaterThan(0.95 * us);
      expect(sum).toBeLessThanOrEqual(us + 1);
    }
  });

  it('tells the monotonic clock at the begin of each, which goes as the time in the trace does', async () => {
    const { spans } = await spansOf([trace]);
    const [first] = spans;
    expect(first?.monotonicNs).toBeGreaterThan(0);
    for (const { atS, monotonicNs } of spans)
      expect(Math.abs(monotonicNs - (first?.monotonicNs ?? 0) - (atS - (first?.atS ?? 0)) * 1e9)).toBeLessThan(2000);
  });

  it('has the same of each as the records of the whole', async () => {
    const { context, told } = contextOf({});
    await inspectCommand.run(argsOf({ files: [trace], json: true, records: true }), context);
    const { records } = JSON.parse(told.stdout) as { records: Span[] };
    expect(await spansOf([trace])).toMatchObject({ spans: records });
  });

  it('names the file of each where there are several', async () => {
    const other = join(traces, 'workers.trace.gz');
    const { spans } = await spansOf([trace, other]);
    expect(new Set(spans.map(({ file }) => file))).toEqual(new Set([trace, other]));
  });

  it('refuses what is no trace, and flags that say how to print something else', async () => {
    await expect(spansOf([log])).rejects.toThrow(`${log} is no execution trace`);
    await expect(spansOf([trace], { follow: true })).rejects.toThrow('neither --format nor --follow');
    await expect(spansOf([])).rejects.toThrow('inspect needs a file');
  });
});
