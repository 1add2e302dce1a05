import { describe, expect, it } from 'vitest';
import type { KeptWindow } from '../../../../src/model/run-traces.ts';
import { traceRow } from '../../../../src/report/html/run/trace-row.ts';
import { sampleResult } from '../../../golden/sample-result.ts';
import { madeTraces } from '../../../helpers/run-traces.ts';

const time = { fromUs: 10e6, untilUs: 20e6 };

function window(atS: number, untilS: number, change: Partial<KeptWindow> = {}): KeptWindow {
  const about = { target: 'api-1', step: '800', kept: 'slow', slowestUs: 90_000, bytes: 5 } as const;
  return { ...about, atUs: atS * 1e6, untilUs: untilS * 1e6, file: 'traces/api-1.01.out', ...change };
}

function rowOf(...windows: readonly KeptWindow[]): string {
  return traceRow({ ...sampleResult(), traces: { ...madeTraces([]), windows: [...windows] } }, time)?.markup ?? '';
}

describe('the row of kept traces', () => {
  it('has a mark for each window at its time, slow ones told from those by lot', () => {
    const markup = rowOf(window(11, 12), window(15, 16.5, { kept: 'ordinary' }));
    const marks = [...markup.matchAll(/<i class="([^"]*)" style="([^"]*)"/g)].map(([, look, style]) => [look, style]);
    expect(marks).toEqual([
      ['kept slow', 'left:10%;width:10%'],
      ['kept ordinary', 'left:50%;width:15%'],
    ]);
    expect(markup).toContain('aria-label="2 execution traces kept: 1 with the slowest answers, 1 by lot"');
    expect(markup).toContain('title="api-1, 11.0 s to 12.0 s, slowest answer 90 ms: traces/api-1.01.out"');
  });

  it('keeps marks within its time, and leaves out what is beyond it', () => {
    const markup = rowOf(window(9.5, 11), window(30, 31));
    expect(markup).toContain('left:0%;width:10%');
    expect(markup.match(/<i class="kept/g)).toHaveLength(1);
  });

  it('is nothing where nothing was kept', () => {
    expect(rowOf()).toBe('');
    expect(traceRow(sampleResult(), time)).toBeUndefined();
  });
});
