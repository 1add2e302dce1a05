import { describe, expect, it } from 'vitest';
import {
  coverageText,
  toldTraces,
  tracedCautions,
  tracedSentences,
  tracingCostText,
  windowsOf,
} from '../../../src/report/words/run-trace-words.ts';
import { sampleResult } from '../../golden/sample-result.ts';
import { madeTraces, slowRoute, tracedStep } from '../../helpers/run-traces.ts';

describe('the sentences on traced requests', () => {
  it('split the slowest into terms that add up to their mean, with places and what processors did', () => {
    expect(tracedSentences(tracedStep())[0]).toBe(
      'p99 of traced requests 38.2 ms: the slowest 1 % took 41 ms on average = 29 ms runnable (processors meanwhile: collector 22 ms, other requests 5 ms) + 8 ms waiting for a connection at sync.(*Cond).Wait in db.(*Pool).Get + 2 ms running + 1.5 ms waiting for a lock (1 ms of it at sync.(*Mutex).Lock in api.count) + 500 us other.',
    );
  });

  it('split ordinary ones beside them', () => {
    expect(tracedSentences(tracedStep())[1]).toBe(
      'p50 3.02 ms: ordinary requests took 3.01 ms on average = 2.2 ms running + 700 us waiting for an answer at api.fetch + 100 us runnable (processors meanwhile: other requests 100 us) + 10 us other.',
    );
  });

  it('name no place that has little of its term', () => {
    const parts = Array.from({ length: 5 }, (_, at) => ({ what: 'lock' as const, site: `shop.f${at}`, us: 20 }));
    const slow = { count: 20, meanUs: 100, parts, ranInstead: [] };
    const [sentence] = tracedSentences(tracedStep({ all: { ...slowRoute, slow } }));
    expect(sentence).toMatch(/ = 100 us waiting for a lock\.$/);
  });

  it('cannot tell of slow ones that are too few, and still tell ordinary ones', () => {
    const { slow: _, ...few } = slowRoute;
    const [slow, ordinary] = tracedSentences(tracedStep({ all: { ...few, count: 300 } }));
    expect(slow).toBe(
      'Cannot tell what the slowest 1 % do: of 300 traced requests those are too few for a mean. The slowest took 96 ms.',
    );
    expect(ordinary).toContain('p50 3.02 ms');
  });

  it('cannot tell anything where no request is whole', () => {
    const { all: _, ...step } = tracedStep({ requests: { found: 0, censored: 30, unanswered: 0, ofTracer: 0 } });
    expect(tracedSentences(step)).toEqual([
      'Cannot tell where time went. No request is whole in the 2.4 s that were read; 30 requests went beyond a window.',
    ]);
    const unread = { ...step, windows: { taken: 3, slow: 0, ordinary: 3, read: 0 } };
    expect(tracedSentences(unread)[0]).toContain('None of its windows could be read');
  });
});

describe('what stands beside them', () => {
  it('counts windows and what was left out', () => {
    expect(coverageText(tracedStep())).toBe(
      '40 windows taken, 12 kept (8 with the slowest answers, 4 by lot); 2.4 s covered; 6,400 requests whole; 240 cut off at an edge of a window; 3 without a whole answer; 12 of the recording itself left out',
    );
    expect(coverageText(tracedStep({ windows: { taken: 5, slow: 2, ordinary: 3, read: 4 } }))).toContain(
      'all kept, 4 read;',
    );
  });

  it('warns that windows were chosen for their slow answers, only where some were dropped', () => {
    expect(tracedCautions(tracedStep())[0]).toContain('slow requests are more frequent here than in the step');
    const all = tracedStep({
      windows: { taken: 4, slow: 2, ordinary: 2, read: 4 },
      requests: { found: 9, censored: 0, unanswered: 0, ofTracer: 0 },
      notes: ['One trace was cut off.'],
    });
    expect(tracedCautions(all)).toEqual(['One trace was cut off.']);
  });

  it('holds what the client saw under tracing against what it saw without', () => {
    expect(tracingCostText(tracedStep())).toBe(
      'The client saw p50 3.9 ms, p99 52 ms (2,100 arrivals) in the seconds in which this service was traced, and p50 3.8 ms, p99 49 ms (38,000 arrivals) in those in which nothing was.',
    );
    const { client: _, ...step } = tracedStep();
    expect(tracingCostText(step)).toBeUndefined();
  });

  it('names the window with the slowest answer first', () => {
    const step = tracedStep();
    expect(windowsOf(madeTraces([step, tracedStep({ step: '1800' })]), step).map(({ kept }) => kept)).toEqual([
      'slow',
      'ordinary',
    ]);
  });
});

describe('a short report', () => {
  const { diagnosis } = sampleResult();
  const told = (...steps: string[]) =>
    toldTraces({ diagnosis, traces: madeTraces(steps.map((step) => tracedStep({ step }))) }).map(({ step }) => step);

  it('tells the step that broke, else the last one with traces, else nothing', () => {
    expect(told('1400', '1600', '1600', '1800')).toEqual(['1600', '1600']);
    expect(told('1200', '1400')).toEqual(['1400']);
    expect(toldTraces({ diagnosis, traces: undefined })).toEqual([]);
  });
});
