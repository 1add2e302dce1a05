import { describe, expect, it } from 'vitest';
import { byCause } from '../../../src/analysis/diagnosis/order.ts';
import { tiedToRetries } from '../../../src/analysis/findings/retry-ties.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { evidence, step } from '../../helpers/evidence.ts';

describe('a limit of a service whose failures are sent again', () => {
  const finding = (id: string, change: Partial<Finding> = {}): Finding => ({
    ...{ id, role: 'cause', severity: 'critical', title: id, evidence: [], advice: '', steps: ['300/s'] },
    targets: ['api-1'],
    ...change,
  });
  const retries = finding('retry-amplification', { explains: ['run-queue-backlog'], share: 0.9 });
  /** The service answers so many well at most, and users want 300/s of it. */
  const orderIn = (answered: number, limit: Finding) => {
    const failing = { 'app.requests_per_second': 900, 'app.requests_per_second.503': 700 };
    const steps = [
      step(0, { rps: answered, targets: { 'api-1': { 'app.requests_per_second': answered } } }),
      step(1, { rps: 300, errors: { 'status 503': 1000 }, targets: { 'api-1': failing } }),
    ];
    const run = evidence({ steps, targets: [{ id: 'api-1', service: 'api' }] });
    return byCause(tiedToRetries([retries, limit], run)).map(({ id }) => id);
  };

  it('stands first where the service could never serve what users want of it', () => {
    expect(orderIn(100, finding('pool-too-small'))).toEqual(['pool-too-small', 'retry-amplification']);
    expect(orderIn(100, finding('run-queue-backlog'))).toEqual(['run-queue-backlog', 'retry-amplification']);
  });

  it('follows from what is sent again where the service has served as many', () => {
    const pool = finding('pool-too-small', { share: 1 });
    expect(orderIn(290, pool)).toEqual(['retry-amplification', 'pool-too-small']);
  });

  it('is none where it is of another service, or a note', () => {
    const ofDb = finding('pool-too-small', { targets: ['db-1'] });
    expect(orderIn(100, ofDb)[0]).toBe('retry-amplification');
    expect(orderIn(100, finding('pool-too-small', { severity: 'note' }))[0]).toBe('retry-amplification');
  });
});
