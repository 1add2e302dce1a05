import { expect, it } from 'vitest';
import { generatorReadings } from '../../../src/analysis/run/generator-series.ts';
import { tick } from '../../helpers/raw-run.ts';

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
