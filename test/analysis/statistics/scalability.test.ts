import { expect, test } from 'vitest';
import { fitScalability } from '../../../src/analysis/statistics/scalability.ts';

const law = (lambda: number, sigma: number, kappa: number) => (n: number) => ({
  inFlight: n,
  completedRps: (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1)),
});
const levels = [1, 2, 4, 8, 16, 32, 64];

test('finds the parameters that made the points', () => {
  const fit = fitScalability(levels.map(law(200, 0.03, 0.0005)));
  expect(fit?.lambda).toBeCloseTo(200, 6);
  expect(fit?.sigma).toBeCloseTo(0.03, 8);
  expect(fit?.kappa).toBeCloseTo(0.0005, 8);
  expect(fit?.worstResidual).toBeLessThan(1e-9);
});

test('knows no negative cost', () => {
  const fit = fitScalability(levels.map((n) => ({ inFlight: n, completedRps: 100 * n ** 1.05 })));
  expect(fit).toMatchObject({ sigma: 0, kappa: 0 });
  expect(fit?.worstResidual).toBeGreaterThan(0.05);
});

test('says nothing from fewer than five different points', () => {
  expect(fitScalability([1, 2, 4, 8, 8, 8].map(law(200, 0.03, 0)))).toBeUndefined();
});
