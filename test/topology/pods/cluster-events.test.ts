/** Which events of a cluster are told, and how. */
import { expect, it } from 'vitest';
import { eventWords, readClusterEvent } from '../../../src/topology/pods/cluster-events.ts';

const event = (parts: Readonly<Record<string, unknown>> = {}) =>
  readClusterEvent({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', uid: 'e1' },
    involvedObject: { kind: 'Pod', name: 'api-1', uid: 'u1' },
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Readiness probe failed: HTTP probe failed with statuscode: 503\n',
    count: 1,
    ...parts,
  });

it('a probe that fails is told with what it was answered', () => {
  expect(eventWords(event(), undefined)).toBe(
    'the kubelet says: Readiness probe failed: HTTP probe failed with statuscode: 503',
  );
});

it('a warning without words of ours is told by its reason', () => {
  expect(eventWords(event({ reason: 'DNSConfigForming', message: 'too many' }), undefined)).toBe(
    'DNSConfigForming: too many',
  );
});

it.each([
  ['usual', { type: 'Normal', reason: 'Started', message: 'Started container api' }],
  ['of a stop that was asked for', { type: 'Normal', reason: 'Killing', message: 'Stopping container api' }],
  ['told by the state of the pod', { reason: 'BackOff', message: 'Back-off restarting failed container' }],
])('what is %s is not told', (_, parts) => {
  expect(eventWords(event(parts), undefined)).toBeUndefined();
});

it('that a probe stops the container is told although it is no warning', () => {
  const message = 'Container api failed liveness probe, will be restarted';
  expect(eventWords(event({ type: 'Normal', reason: 'Killing', message }), undefined)).toBe(
    `the kubelet stops it: ${message}`,
  );
});

it('one that comes again is told when it has come twice as often', () => {
  expect([2, 3, 4].map((count) => eventWords(event({ count }), 2) !== undefined)).toEqual([false, false, true]);
  expect(eventWords(event({ count: undefined, series: { count: 8 } }), 4)).toContain('(8 times)');
});
