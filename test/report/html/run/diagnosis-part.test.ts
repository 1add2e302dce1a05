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

  it('says of what held every rate what was found, and not that it gave way', () => {
    const { diagnosis } = result;
    const capacity = { sentence: '', rates: '', holdsRps: 1600 };
    const said = text(diagnosisPart({ ...result, diagnosis: diagnosis && { ...diagnosis, capacity } })?.markup);
    expect(said).toContain('It held. What was found? ! Requests wait 148 ms');
  });

  it('calls no rate held of which a rule cannot be told', () => {
    const { diagnosis } = result;
    const said = (change: object) =>
      text(
        diagnosisPart({
          ...result,
          diagnosis: diagnosis && { ...diagnosis, capacity: { sentence: '', rates: '', ...change } },
        })?.markup,
      );
    expect(said({ untoldRps: 300 })).toContain('holds cannot tell of 300/s');
    expect(said({ holdsRps: 200, untoldRps: 300 })).toContain('holds 200/s of 300/s cannot be told');
    expect(said({ breaksRps: 200 })).toContain('holds no rate of those that were sent');
  });

  it('begins, where the run is not valid, with why its answer does not count', () => {
    const late = 'the generator itself was late: lag p99 9 ms; give it a core of its own';
    const reasons = [
      { code: 'generator-late', message: late, step: '1600' },
      { code: 'x', message: 'y' },
    ];
    const markup = diagnosisPart({ ...result, validity: { verdict: 'invalid', reasons } })?.markup;
    expect(markup).toMatch(/^<section class="diagnosis void"/);
    expect(text(markup)).toMatch(
      /^ ✕ Does not count: 1600: the generator itself was late: lag p99 9 ms 1 more reason above At which rate/,
    );
  });

  it('links each link of the chain to its finding', () => {
    const { diagnosis } = result;
    const chain = [{ text: 'Goroutines wait for a mutex', finding: 'lock-convoy', atUs: 51e6 }];
    const shown = diagnosisPart({ ...result, diagnosis: diagnosis && { ...diagnosis, chain } })?.markup;
    expect(shown).toContain('<a href="#finding-lock-convoy">');
    expect(text(shown)).toContain('Goroutines wait for a mutex at 51.0 s');
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
      parts: [
        {
          what: 'waits for its turn',
          kind: 'pool' as const,
          target: 'downstream-1',
          site: 'shop.(*Store).Find',
          us: 148_000,
        },
      ],
      notExplainedUs: 12_000,
    };
    const markup = diagnosisPart({ ...result, diagnosis: diagnosis && { ...diagnosis, decomposition } })?.markup;
    const said = text(markup);
    expect(markup).toContain('<i class="k-pool" style="width:92.5%"></i><i class="rest"');
    expect(said).toContain('Where the 160 ms of a mean answer went, in step 1600');
    expect(said).toContain('148 ms downstream-1 waits for its turn at shop.(*Store).Find');
    expect(said).toContain('12 ms not explained');
  });

  it('has one picture, with what moved first marked', () => {
    const said = text(mainChart(result)?.markup);
    expect(said).toContain('planned answered first step that broke broke too 0/s to 1,800/s');
    expect(said).toMatch(/downstream-1: select .* moved at 50\.8 s ± 1\.0/);
  });

  it('draws replicas that are held against each other on one scale, the odd one brought out', () => {
    const ids = ['api-1', 'api-2', 'api-3'];
    const name = 'app.request_mean_seconds';
    const points = (value: number) => [21, 22, 23].map((at): [number, number] => [at * 1e6, value]);
    const series = ids.map((target) => ({
      name,
      target,
      source: 'metrics',
      unit: 's',
      points: points(target === 'api-2' ? 0.06 : 0.005),
    }));
    const slow = {
      ...result.findings[0]!,
      targets: ['api-2'],
      charts: ids.map((target) => ({ target, series: name })),
    };
    const drawn = mainChart({ ...result, series, findings: [slow] })?.markup ?? '';
    expect(text(drawn)).toContain(
      'Mean time of a request, as the service measures it api-2 api-1, api-3 all on one scale 5 to 60 ms',
    );
    const feet = [...drawn.matchAll(/class="line (beside|moved)" d="M\S+ ([\d.]+)/g)].map(([, look, y]) => [look, y]);
    expect(feet).toEqual([
      ['beside', '88.5'],
      ['beside', '88.5'],
      ['moved', '6'],
    ]);
  });

  it('has no line over a time in which nothing was answered, and nothing at the foot', () => {
    const points = (seconds: readonly number[], value: number) =>
      seconds.map((at): [number, number] => [at * 1e6 + 20e6, value]);
    const own = { target: 'generator', source: 'load', unit: 'us' };
    const series = [
      { ...own, name: 'load.response_p99_us', points: points([0, 1, 2, 3, 9, 15, 16], 5000) },
      { ...own, name: 'load.completed_rps', points: points([0, 1, 2, 3], 0) },
    ];
    const drawn = mainChart({ ...result, series, findings: [] })?.markup ?? '';
    const lines = [...drawn.matchAll(/class="line (\w+)" d="([^"]*)"/g)].map(([, look, path = '']) => [look, path]);
    const p99 = lines.find(([look]) => look === 'p99')?.[1] ?? '';
    expect(p99.match(/M/g)).toHaveLength(3);
    expect(p99).toMatch(/M\S+ \S+h2/);
    expect(lines.find(([look]) => look === 'answered')?.[1]).toMatch(/^M\S+ 96L/);
  });

  it('is not there without a diagnosis', () => {
    const { diagnosis: _, ...older } = result;
    expect(diagnosisPart(older)).toBeUndefined();
    expect(mainChart(older)).toBeUndefined();
  });
});
