/** Pods that nobody asks whether they are ready have to stand for a while. */
import { expect, it } from 'vitest';
import { createStanding } from '../../../src/topology/kubernetes/standing.ts';
import { pod } from '../pods/pods.ts';

const running = (restarts = 0, ready = true) =>
  pod({
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'api',
          containerID: `containerd://life-${restarts}`,
          restartCount: restarts,
          ready,
          state: { running: {} },
        },
      ],
    },
  });
const asked = pod({ spec: { containers: [{ name: 'api', readinessProbe: { httpGet: { path: '/', port: 80 } } }] } });

/** Whether it stands at each of these seconds. */
function standsAt(looks: readonly (readonly [second: number, pod: ReturnType<typeof pod> | undefined])[]): boolean[] {
  const standing = createStanding();
  return looks.map(([second, each]) => standing(each, second * 1e6).isReady);
}

it('one with a readiness probe stands as soon as it is ready', () => {
  expect(standsAt([[1, asked]])).toEqual([true]);
});

it('one without stands after two seconds', () => {
  expect(
    standsAt([
      [1, running()],
      [2.9, running()],
      [3, running()],
    ]),
  ).toEqual([false, false, true]);
});

it('one that is ready for a moment between two crashes does not stand, and is waited for longer', () => {
  const looks = [
    [1, running()],
    [2, running(0, false)],
    [12, running(1)],
    [15, running(1)],
    [22, running(1)],
  ] as const;
  // While it is not ready that is what is told.
  expect(standsAt(looks)).toEqual([false, true, false, false, true]);
});

it('another life that was not seen to end begins anew', () => {
  expect(
    standsAt([
      [1, running()],
      [2.5, running(1)],
      [4, running(1)],
      [12.5, running(1)],
    ]),
  ).toEqual([false, false, false, true]);
});

it('says what it waits for', () => {
  expect(createStanding()(running(1), 0)).toEqual({
    isReady: false,
    said: 'pod api-5d8-x1 runs, but has no readiness probe, and has to run for 10 s, as it crashed before',
  });
});
