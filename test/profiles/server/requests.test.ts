import { expect, it } from 'vitest';
import type { StoredProfile } from '../../../src/model/profile-store.ts';
import { instanceKeys } from '../../../src/profiles/server/instances.ts';
import { requestsOf } from '../../../src/profiles/server/requests.ts';

/** A profile of 10 s with these labels. */
function profileOf(labels: Readonly<Record<string, string>>): StoredProfile {
  return {
    id: JSON.stringify(labels),
    service: 'api',
    type: 'cpu',
    labels: Object.entries(labels).map(([key, value]) => ({ key, value })),
    createdNs: 0n,
    durationNs: 10_000_000_000n,
    sha256: '',
    bytes: 1,
  };
}

const count = (...labels: Readonly<Record<string, string>>[]) => requestsOf(labels.map(profileOf), instanceKeys);

it('takes what was served before what was planned', () => {
  expect(count({ rps: '1000' })).toBe(10_000);
  expect(count({ rps: '1000', requests: '6000' })).toBe(6000);
});

it('takes processes that were profiled beside each other for those of the same requests, though one was profiled a little longer', () => {
  const step = { run: 'r', step: 'above', rps: '600' };
  expect(count({ ...step, target: 'api-1', requests: '6000' }, { ...step, target: 'api-2', requests: '6010' })).toBe(
    6005,
  );
});

it('adds windows that follow one another, and knows nothing where one does not tell', () => {
  expect(count({ step: 'a', requests: '100' }, { step: 'b', requests: '300' })).toBe(400);
  expect(count({ step: 'a', requests: '100' }, { step: 'b' })).toBeUndefined();
});
