import { describe, expect, it } from 'vitest';
import { diagnosisPart } from '../../../../src/report/html/run/diagnosis-part.ts';
import { mainChart } from '../../../../src/report/html/run/main-chart.ts';
import { sampleResult } from '../../../golden/sample-result.ts';

/** What a reader sees of some markup. */
function text(markup: string | undefined): string {
  return (markup ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

describe('the first screen', () => {
  const result = sampleResult();

  it('answers at which rate it broke, what gave way first, and what to try', () => {
    const said = text(diagnosisPart(result)?.markup);
    expect(said).toContain('holds 1,400/s');
    expect(said).toContain('breaks 1,600/s fewer answers than arrivals');
    expect(said).toContain('What gave way first? ✕ Requests wait 148 ms for one of 4 database connections');
    expect(said).toContain('ruled out: the processor: 2.1 of 4 Ps idle on average');
    expect(said).toContain('What to try Let the pool have more connections');
  });

  it('links each link of the chain to its finding', () => {
    expect(diagnosisPart(result)?.markup).toContain('<a href="#finding-pool-exhausted">');
  });

  it('says why a capacity may be wrong', () => {
    const { diagnosis } = result;
    const doubted = diagnosis && { ...diagnosis, capacity: { ...diagnosis.capacity, doubt: 'Step 1600 is not valid' } };
    expect(text(diagnosisPart({ ...result, diagnosis: doubted })?.markup)).toContain('! Step 1600 is not valid');
  });

  it('says where the mean response time went, and how much of it is not explained', () => {
    const { diagnosis } = result;
    const decomposition = {
      step: '1600',
      responseMeanUs: 160_000,
      parts: [{ what: 'waits for its turn', target: 'downstream-1', site: 'shop.(*Store).Find', us: 148_000 }],
      notExplainedUs: 12_000,
    };
    const said = text(diagnosisPart({ ...result, diagnosis: diagnosis && { ...diagnosis, decomposition } })?.markup);
    expect(said).toContain('Where the 160 ms of a mean answer went, in step 1600');
    expect(said).toContain('148 ms downstream-1 waits for its turn at shop.(*Store).Find');
    expect(said).toContain('12 ms not explained');
  });

  it('has one picture, with what moved first marked', () => {
    const said = text(mainChart(result)?.markup);
    expect(said).toContain('Requests per second planned answered 0/s to 1,800/s');
    expect(said).toMatch(/downstream-1: select .* moved at 50\.8 s ± 1\.0/);
  });

  it('is not there without a diagnosis', () => {
    const { diagnosis: _, ...older } = result;
    expect(diagnosisPart(older)).toBeUndefined();
    expect(mainChart(older)).toBeUndefined();
  });
});
