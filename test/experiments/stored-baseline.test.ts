import { expect, it } from 'vitest';
import { baselineNotices } from '../../src/experiments/stored-baseline.ts';
import { machineFacts } from '../../src/host/machine.ts';
import { storedBaseline } from '../helpers/stored-baseline.ts';

const at = (day: string) => ({ digest: 'abc', wall: Date.parse(`${day}T12:00:00.000Z`) });

it('says which build runs again, and that another machine does no harm to that', () => {
  const { info, warn } = baselineNotices('perf/b.json', storedBaseline(), at('2026-02-01'));
  expect(info[0]).toMatch(
    /^perf\/b.json: 0123456\w+ is built and run again \(release 1.5\); its stored numbers are not used$/,
  );
  expect(info[1]).toContain('another machine (Xeon, 4 CPUs)');
  expect(warn).toEqual([]);
  const here = storedBaseline({ fingerprint: { ...storedBaseline().fingerprint, ...machineFacts() } });
  expect(baselineNotices('perf/b.json', here, at('2026-02-01')).info).toHaveLength(1);
});

it('warns of one that is old, or of another scenario', () => {
  const { warn } = baselineNotices('perf/b.json', storedBaseline(), { ...at('2026-06-01'), digest: 'other' });
  expect(warn[0]).toContain('perf/b.json is 121 days old');
  expect(warn[1]).toContain('was made with another scenario');
});
