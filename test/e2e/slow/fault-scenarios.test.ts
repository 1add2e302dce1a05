/** What shipped scenarios with faults show on real services: a stall that ends or never does, and changes that lose nothing. */
import { expect, it } from 'vitest';
import { runFaultScenario } from '../../helpers/fault-scenario.ts';

it('retry-storm-recovery never ends without a budget', async () => {
  const { result } = await runFaultScenario('retry-storm-recovery');
  const [stall] = result.faults ?? [];
  expect(stall?.recovery).toMatchObject({ state: 'not-recovered', metastable: true });
});

it('retry-storm-recovery ends soon after the stall with one', async () => {
  const { result } = await runFaultScenario('retry-storm-recovery', '--env', 'loadbalancer.RETRY_BUDGET=0.1');
  const [stall] = result.faults ?? [];
  expect(stall?.recovery.state, stall?.recovery.why).toBe('recovered');
});

it('rolling-restart loses nothing', async () => {
  const { result } = await runFaultScenario('rolling-restart');
  expect(result.faults?.map(({ failed }) => failed)).toEqual([undefined, undefined, undefined]);
  expect(result.steps.map(({ load }) => load.completed - load.planned)).toEqual([0, 0]);
});

it('cluster-resize shrinks and grows the cluster, and loses nothing', async () => {
  const { result } = await runFaultScenario('cluster-resize');
  const took = (condition: string, event: string) =>
    result.convergences?.find((each) => each.condition === condition && each.event === event)?.state;
  expect(took('members=3', 'fault')).toBe('converged');
  expect(took('members=5', 'fault-end')).toBe('converged');
  expect(result.steps.map(({ load }) => load.completed - load.planned)).toEqual([0, 0]);
});
