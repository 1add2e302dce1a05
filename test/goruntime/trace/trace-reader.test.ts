import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceError } from '../../../src/goruntime/trace/trace-error.ts';
import type { GoroutineState } from '../../../src/goruntime/trace/trace-event.ts';
import { TraceReader } from '../../../src/goruntime/trace/trace-reader.ts';
import { traceGeneration } from '../../helpers/sample-trace.ts';
import { inPieces, traceLines } from '../../helpers/trace-lines.ts';
import { traceBytes } from '../../helpers/trace-text.ts';

const whole = traceBytes(`Trace Go1.26\n${traceGeneration(1)}${traceGeneration(2)}`);

function faultOf(bytes: Uint8Array, mostBytes?: number): TraceError | undefined {
  try {
    const reader = new TraceReader(() => {}, mostBytes);
    reader.push(bytes);
    reader.end();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    return error as TraceError;
  }
}

describe('a trace', () => {
  it('is told in the order in which things happened, whatever the clocks of its threads say', () => {
    const changes: string[] = [];
    const reader = new TraceReader(({ kind, of, from, to, text, stack }, { number, stacks }) => {
      const site = stacks.framesOf(stack)[0]?.function ?? '';
      if (kind === 'goroutine') changes.push(`${number} g${of} ${from}>${to} ${text} ${site}`.trimEnd());
    });
    reader.push(whole);
    reader.end();
    const second = (number: number, first: GoroutineState) => [
      `${number} g1 ${first}>Running`,
      `${number} g1 Running>Waiting chan receive shop.(*Pool).Get`,
      `${number} g1 Waiting>Runnable`,
      `${number} g1 Runnable>Running`,
      `${number} g1 Running>Runnable preempted`,
      `${number} g1 Runnable>Running`,
    ];
    expect(changes).toEqual([...second(1, 'Undetermined'), ...second(2, 'Running')]);
    expect(reader.summary()).toMatchObject({ generations: 2, bytes: whole.length });
    expect(reader.summary().outOfTime).toBeGreaterThan(0);
    expect(reader.snapshots).toEqual(
      [1, 2].map((number) => ({ units: number * 1000 + 1, monotonicNs: 64_000, wallS: 7 })),
    );
  });

  it('is the same in pieces of any size', () => {
    const lines = traceLines([whole]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length }), (size) => {
        expect(traceLines(inPieces(whole, size))).toEqual(lines);
      }),
    );
  });

  it('that ends too early gives the seconds that are whole, and says that it was cut off', () => {
    const lines = traceLines([whole]);
    const firstSecond = lines.findIndex((line, index) => index > 0 && line.endsWith('sync'));
    for (let length = 17; length < whole.length; length++) {
      const cut = traceLines([whole.subarray(0, length)]);
      const told = cut.filter((line) => line !== 'error' && !line.endsWith('sync'));
      const full = lines.filter((line) => !line.endsWith('sync'));
      expect(told).toEqual(full.slice(0, told.length));
      expect([0, firstSecond - 1]).toContain(told.length);
    }
    expect(faultOf(whole.subarray(0, -1))).toMatchObject({ fault: 'cut-off' });
    expect(faultOf(whole.subarray(0, -40))).toMatchObject({ fault: 'cut-off' });
  });

  it('with any bytes changed is read or refused, and nothing else', () => {
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        traceLines([bytes]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what cannot be read is refused by name:', () => {
  const header = (text: string) => new TextEncoder().encode(text.padEnd(16, '\0'));
  it.each([
    ['an older format', header('go 1.21 trace'), 'old-format', 'build the program with Go 1.22 or newer'],
    ['a newer format', header('go 1.31 trace'), 'new-format', 'the newest that can be read is that of 1.26'],
    ['a page that says why there is none', header('<!doctype html>'), 'no-trace', 'it begins with "<!doctype html>'],
    ['nothing at all', new Uint8Array(0), 'no-trace', 'it begins with ""'],
    [
      'another trace behind the first',
      Uint8Array.from([...whole, ...whole]),
      'broken',
      'expected a batch, got event 103',
    ],
  ])('%s', (_, bytes, fault, words) => {
    expect(faultOf(bytes)).toMatchObject({ fault });
    expect(faultOf(bytes)?.message).toContain(words);
  });

  it('a generation that is larger than may be held', () => {
    expect(faultOf(whole, 50)).toMatchObject({ fault: 'too-large' });
  });

  it.each([
    ['an event of a goroutine that never was', 'GoStart dt=1 g=9 g_seq=1', 'no thread can go on in generation 1'],
    [
      'a second goroutine on a thread',
      'GoStatus dt=1 g=9 m=7 gstatus=2\nGoCreate dt=1 new_g=1 new_stack=0 stack=0',
      'goroutine 1 is there already',
    ],
    ['a text that is not there', 'GoStop dt=1 reason_string=99 stack=0', 'an event names text 99'],
    ['a stack that is not there', 'GoStop dt=1 reason_string=2 stack=99', 'an event names stack 99'],
  ])('%s', (_, event, words) => {
    const text = traceGeneration(1).replace('GoBlock', `${event}\nGoBlock`);
    expect(faultOf(traceBytes(`Trace Go1.26\n${text}`))).toMatchObject({ fault: 'broken' });
    expect(faultOf(traceBytes(`Trace Go1.26\n${text}`))?.message).toContain(words);
  });

  it.each([
    ['a text with the number of none', 'String id=5', 'String id=0', 'text 0 is there twice'],
    ['a stack with the number of none', 'Stack id=1', 'Stack id=0', 'stack 0 is there twice'],
    ['a text that is there twice', 'String id=5', 'String id=4', 'text 4 is there twice'],
  ])('%s', (_, entry, other, words) => {
    const bytes = traceBytes(`Trace Go1.26\n${traceGeneration(1).replace(entry, other)}`);
    expect(faultOf(bytes)).toMatchObject({ fault: 'broken', message: expect.stringContaining(words) });
  });
});
