import { expect, it } from 'vitest';
import { generatorReadings } from '../../../src/analysis/run/generator-series.ts';
import { tick, window } from '../../helpers/raw-run.ts';

it('shows what the event loop of the generator went through', () => {
  const health = { loopDelayP99Us: 1200, loopDelayMaxUs: 3400, gcPauseMs: 5.5 };
  expect(generatorReadings([], [tick(1_000_000, 10, health)])[0]?.values).toMatchObject({
    'load.loop_percent': 20,
    'load.loop_delay_p99_us': 1200,
    'load.loop_delay_max_us': 3400,
    'load.gc_pause_ms': 5.5,
  });
});

it('leaves out what runs of older versions did not look at', () => {
  const names = Object.keys(generatorReadings([], [tick(1_000_000, 10)])[0]?.values ?? {});
  expect(names).toContain('load.loop_percent');
  expect(names.filter((name) => /loop_delay|gc_pause/.test(name))).toEqual([]);
});

it('shows the greatest response of each tenth of a second, of all windows that tell of it', () => {
  const none = [null, null, null, null, null, null, null, null];
  const readings = generatorReadings(
    [
      window(0, 3_000_000, 1, 400, { responsePeaksUs: [400, ...none, 90] }),
      window(1, 3_000_000, 1, 700, { responsePeaksUs: [null, 700, ...none] }),
      window(0, 3_000_000, 1, 900, { responsePeaksUs: [900, null, ...none] }),
    ],
    [],
  );
  const peaks = readings.filter(({ values }) => 'load.response_peak_us' in values);
  expect(peaks.map(({ atUs, values }) => [atUs, values['load.response_peak_us']])).toEqual([
    [3_050_000, 900],
    [3_950_000, 90],
    [3_150_000, 700],
  ]);
});

it('has no such peaks of runs that did not record them', () => {
  const names = generatorReadings([window(0, 0, 1, 400)], []).flatMap(({ values }) => Object.keys(values));
  expect(names).not.toContain('load.response_peak_us');
});
