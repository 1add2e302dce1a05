/** What is kept of a goroutine's states: of a request all that its parts need, in bounded memory; between requests the last one. */
import { describe, expect, it } from 'vitest';
import { addMark, type Flow, newFlow } from '../../../src/analysis/traces/request-flow.ts';
import { orderedStates } from '../../../src/analysis/traces/request-order.ts';
import { type RequestPart, type StateMark, splitOf } from '../../../src/analysis/traces/request-parts.ts';
import { placeOf } from '../../../src/analysis/traces/stack-place.ts';

const places = ['main.read', 'main.write'].map((name) =>
  placeOf(['internal/poll.(*FD).Read', name, 'net/http.(*conn).serve']),
);
const cycleNs = 100;

/** A goroutine that waits for a processor, runs and waits at one of two places, again and again. */
function cycles(count: number): StateMark[] {
  return Array.from({ length: count }, (_, at): StateMark[] => {
    const procs = (ns: number) => Float64Array.of(ns, 0, 0, 0, 0, 0, 0, 0);
    const mark = { place: undefined, reason: '', isAssisting: false, procs: undefined };
    const ns = at * cycleNs;
    return [
      { ...mark, ns, state: 'Runnable', procs: procs(ns) },
      { ...mark, ns: ns + 10, state: 'Running', procs: procs(ns + 10) },
      { ...mark, ns: ns + 30 + (at % 7), state: 'Waiting', reason: 'network', place: places[at % 2] },
    ];
  }).flat();
}

function told(marks: readonly StateMark[], flow: Flow): Flow {
  for (const mark of marks) addMark(flow, mark);
  return flow;
}

function sorted(parts: readonly RequestPart[]): RequestPart[] {
  return parts.toSorted((a, b) => (`${a.kind} ${a.site}` < `${b.kind} ${b.site}` ? -1 : 1));
}

describe('a request of very many states', () => {
  const count = 5000;
  const endNs = count * cycleNs;
  const marks = cycles(count);
  const flow = told(marks, newFlow(true, 'main.stream', 0));
  const { folded } = flow;

  it('is held in few of them', () => {
    expect(flow.marks.length).toBeLessThan(300);
    expect(folded?.untilNs).toBe(flow.marks[0]?.ns);
  });

  it('has the parts that it has by all of them', () => {
    const whole = splitOf(marks, 0, endNs);
    const split = splitOf(flow.marks, folded?.untilNs ?? 0, endNs, folded?.split);
    expect(sorted(split.parts)).toEqual(sorted(whole.parts));
    expect(split.ranInstead).toEqual(whole.ranInstead);
  });

  it('is drawn from its begin to its end', () => {
    const { stretches, merged } = orderedStates(flow.marks, folded?.untilNs ?? 0, endNs, folded?.order);
    expect(stretches.length).toBeLessThanOrEqual(40);
    expect(stretches.reduce((sum, { ns }) => sum + ns, 0)).toBe(endNs);
    expect(stretches[0]?.fromNs).toBe(0);
    expect(merged).toBeGreaterThan(count);
  });
});

it('of a goroutine between requests the last state is kept alone', () => {
  const marks = cycles(1000);
  const flow = told(marks, newFlow(false, '', 0));
  expect(flow.marks).toEqual(marks.slice(-1));
  expect(flow.folded).toBeUndefined();
});

it('nothing is folded behind the last write of an answer, with which its request ends', () => {
  const flow = told(cycles(10), newFlow(true, 'main.stream', 0));
  flow.lastWriteNs = 10 * cycleNs;
  told(
    cycles(200).map((mark) => ({ ...mark, ns: mark.ns + 10 * cycleNs })),
    flow,
  );
  expect(flow.folded).toBeUndefined();
});
