import { describe, expect, it } from 'vitest';
import { tracesPart } from '../../../../src/report/html/run/traces-part.ts';
import { sampleResult } from '../../../golden/sample-result.ts';
import { madeTraces, slowRoute, tracedStep } from '../../../helpers/run-traces.ts';

function markupOf(...steps: ReturnType<typeof tracedStep>[]): string {
  return tracesPart({ ...sampleResult(), traces: madeTraces(steps) })?.markup ?? '';
}

/** The widths of the bars, row by row, in percent. */
function barsOf(markup: string): number[][] {
  return [...markup.matchAll(/<div class="time-bar"[^>]*>(.*?)<\/div>/g)].map(([, bar = '']) =>
    [...bar.matchAll(/width:([\d.]+)%/g)].map(([, width]) => Number(width)),
  );
}

describe('traces on the page of a run', () => {
  it('are nothing where nothing was traced', () => {
    expect(tracesPart(sampleResult())).toBeUndefined();
    expect(markupOf()).toBe('');
  });

  it('draw ordinary and slow requests to one scale, with the sentence above', () => {
    const markup = markupOf(tracedStep({ routes: [], slowest: [] }));
    const [ordinary = [], slow = []] = barsOf(markup);
    expect(slow).toEqual([70.7, 19.5, 4.9, 3.7, 1.2]);
    expect(ordinary).toEqual([5.4, 1.7, 0.2]);
    expect(markup.indexOf('the slowest 1 % took 41 ms')).toBeLessThan(markup.indexOf('time-bar'));
    expect(markup).toContain('240 cut off at an edge of a window');
  });

  it('open the step that broke and leave the others closed', () => {
    const markup = markupOf(tracedStep({ step: '1400' }), tracedStep());
    const open = [...markup.matchAll(/<details class="step"( open)?><summary><strong>([^<]*)/g)];
    expect(open.map(([, isOpen, title]) => [title, isOpen !== undefined])).toEqual([
      ['step 1400, downstream', false],
      ['step 1600, downstream', true],
    ]);
  });

  it('show where and when the slowest requests were seen, on the clock of the run', () => {
    const markup = markupOf(tracedStep({ routes: [] }));
    expect(markup).toContain('14.1 s');
    expect(markup).toContain('downstream-1, traces/downstream-1.014.trace');
  });

  it('draw no bar for slow requests of which nobody can tell', () => {
    const { slow: _, ...few } = slowRoute;
    const markup = markupOf(tracedStep({ all: few, routes: [], slowest: [] }));
    expect(markup).toContain('Cannot tell what the slowest 1 % do');
    expect(barsOf(markup)).toHaveLength(1);
  });

  it('say which file to open, and why windows came to nothing', () => {
    const markup = markupOf(tracedStep());
    expect(markup).toContain('<code>go tool trace traces/downstream-1.0-slow.trace</code>');
    expect(markup).toContain('somebody else was tracing');
  });

  it('put no name into the page as markup', () => {
    const evil = '</code><script>alert(1)</script>';
    const [first] = tracedStep().slowest;
    const parts = [{ what: 'lock' as const, site: evil, us: 41_000 }];
    const all = { ...slowRoute, slow: { count: 20, meanUs: 41_000, parts, ranInstead: [{ use: evil, us: 1 }] } };
    const markup = markupOf(
      tracedStep({
        step: evil,
        service: evil,
        targets: [evil],
        all,
        routes: [all, { ...all, route: evil }],
        slowest: first ? [{ ...first, parts, route: evil, target: evil, file: evil }] : [],
        notes: [evil],
      }),
    );
    expect(markup).toContain('&lt;/code&gt;&lt;script&gt;');
    expect(markup).not.toContain('<script');
  });
});
