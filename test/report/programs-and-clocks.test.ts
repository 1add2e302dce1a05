/** The appendix tells of programs and clocks what the result knows. */
import { expect, it } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { observedPart } from '../../src/report/html/run/appendix.ts';
import { sampleResult } from '../golden/sample-result.ts';

const text = (result: RunResult) =>
  observedPart(result)
    .markup.replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

it('replicas with the same program share a row that leaves out what every build has', () => {
  const go = {
    version: 'go1.26.0',
    path: 'example.org/api',
    settings: { '-compiler': 'gc', '-race': 'true' },
    environment: { GOGC: '50' },
    sources: ['binary'],
  };
  const targets = ['api-1', 'api-2'].map((id) => ({ id, service: 'api', go }));
  const shown = text({ ...sampleResult(), environment: { ...sampleResult().environment, targets } });
  expect(shown).toContain('api-1, api-2 go1.26.0 example.org/api -race=true GOGC=50');
});

it('a clock shows its offset and how far off it may be, or that this is unknown', () => {
  const shown = text({
    ...sampleResult(),
    clocks: [
      {
        target: 'api-1',
        source: 'metrics',
        method: 'http-middle',
        offsetUs: 0,
        uncertaintyUs: 900,
        typicalUs: 300,
        stamps: 9,
      },
      { target: 'api-1', source: 'gctrace', method: 'least-delay', offsetUs: -1_500_000, stamps: 2 },
    ],
  });
  expect(shown).toContain('api-1 metrics stamped here with the middle of each exchange ours ± 900 us ± 300 us 9');
  expect(shown).toMatch(/api-1 gctrace stamped there; .* -1\.5\d* s unknown unknown 2/);
});

it('a result of an older version has neither', () => {
  const { clocks: _, ...older } = sampleResult();
  expect(text(older)).not.toMatch(/Clocks|Programs/);
});
