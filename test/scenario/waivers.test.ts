import { expect, it } from 'vitest';
import { waiversIn } from '../../src/scenario/waivers.ts';

const today = '2026-01-31';
const read = (text: string) => waiversIn({ file: 'perf/waivers.yaml', text, today });

function mistakesOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

it('reads waivers, also of steps that are called by a number, up to and with their last day', () => {
  const text = `- { metric: p99, step: 800, owner: jane, reason: new TLS library, expires: ${today} }
- { metric: capacity, owner: joe, reason: smaller pool, expires: 2026-12-31 }
`;
  expect(read(text)).toEqual([
    { metric: 'p99', step: '800', owner: 'jane', reason: 'new TLS library', expires: today },
    { metric: 'capacity', owner: 'joe', reason: 'smaller pool', expires: '2026-12-31' },
  ]);
  expect(read('')).toEqual([]);
});

it('refuses one that has expired', () => {
  expect(mistakesOf('- { metric: p99, step: a, owner: jane, reason: x, expires: 2026-01-30 }')).toEqual([
    'perf/waivers.yaml:1:60 expires was 2026-01-30: this waiver of jane has expired; renew it or take it out',
  ]);
});

it('tells every mistake at its place', () => {
  const text = `- { metric: p98, step: a, owner: jane, reason: x, expires: 2026-12-31 }
- { metric: p99, step: a, reason: "", expires: soon, until: never }
- p99
`;
  expect(mistakesOf(text)).toEqual([
    'perf/waivers.yaml:1:13 metric must be one of p99, slow-share, capacity, recovery, lost, converged',
    'perf/waivers.yaml:2:3 owner is missing',
    'perf/waivers.yaml:2:35 reason must not be empty',
    'perf/waivers.yaml:2:3 until is not a known key of a waiver',
    'perf/waivers.yaml:3:3 a waiver must be a map',
  ]);
  expect(mistakesOf('metric: p99')).toEqual(['perf/waivers.yaml:1:1 the file must be a list']);
  expect(mistakesOf('- [')[0]).toMatch(/^perf\/waivers.yaml:1:\d/);
});

it('wants a step exactly where there is one, and a day', () => {
  const text = `- { metric: p99, owner: jane, reason: x, expires: 2026-02-30x }
- { metric: capacity, step: a, owner: jane, reason: x, expires: 2026-12-31 }
`;
  expect(mistakesOf(text)).toEqual([
    'perf/waivers.yaml:1:3 step is missing: p99 is judged by step',
    'perf/waivers.yaml:1:51 expires must be a day, got "2026-02-30x" (example: 2030-12-31)',
    'perf/waivers.yaml:2:29 step does not go with capacity, which is of the whole ramp',
  ]);
});

it('takes waivers of faults and conditions by what they are of, and of nothing else', () => {
  const waiver = (rest: string) => `- { metric: ${rest}, owner: jane, reason: known, expires: 2030-12-31 }\n`;
  const read = (text: string) => waiversIn({ file: 'w.yaml', text, today: '2026-01-01' });
  expect(read(waiver('recovery, of: storm'))[0]).toMatchObject({ metric: 'recovery', of: 'storm' });
  expect(() => read(waiver('recovery'))).toThrow('w.yaml:1:3 of is missing: recovery is judged by fault or condition');
  expect(() => read(waiver('lost, of: storm, step: high'))).toThrow('step does not go with lost');
  expect(() => read(waiver('p99, of: storm, step: high'))).toThrow('of does not go with p99');
});
