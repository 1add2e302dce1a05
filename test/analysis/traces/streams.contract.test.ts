/** Requests of a server of HTTP/2 that measures its own waits are found, and the time of each is split as it says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agreementOf, requestsOf } from '../../helpers/traced-requests.ts';

const folder = mkdtempSync(join(tmpdir(), 'rampart-streams-'));
afterAll(() => rmSync(folder, { recursive: true }));

let served: Record<string, number>;
let found: ReturnType<typeof requestsOf>;
beforeAll(() => {
  const [program, file] = [join(folder, 'streams'), join(folder, 'streams.trace')];
  execFileSync('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'streams'), stdio: 'pipe' });
  served = JSON.parse(execFileSync(program, [file], { encoding: 'utf8' }));
  found = requestsOf(readFileSync(file));
}, 180_000);

it('all requests are found, and none twice', () => {
  const { downstream = 0, late = 0 } = served;
  // Each of two kinds asks another handler once.
  const asked = Object.values(served).reduce((sum, count) => sum + count, downstream + late);
  expect(found.requests.length).toBeLessThanOrEqual(asked);
  expect(found.requests.length).toBeGreaterThanOrEqual(0.95 * asked);
  expect(found.counts).toEqual({ censored: 0, unanswered: 0, ofTracer: 0 });
});

it.each(['sleep', 'locked', 'downstream', 'upload', 'late'])(
  'each %s is split as its handler measured it',
  (handler) => {
    const { count, share } = agreementOf(found.requests, handler);
    expect(count).toBe(served[handler]);
    expect(share).toBeGreaterThanOrEqual(0.95);
    for (const { measured, route } of found.requests)
      if (measured?.handler === handler) expect([`main.${handler}`, undefined]).toContain(route);
  },
);
