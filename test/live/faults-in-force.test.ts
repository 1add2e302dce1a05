/** Faults, conditions and roles of a run that goes on, from samples to the page. */
import { expect, it } from 'vitest';
import { RunState } from '../../src/live/run-state.ts';
import type { FaultMoment, Sample } from '../../src/model/sample.ts';
import { livePlan } from '../../src/report/html/live/plan.ts';
import { createLiveStore } from '../../src/report/html/live/store.ts';
import { scenario } from '../helpers/raw-run.ts';

const moment = (atS: number, what: FaultMoment['moment'], fault = 'gone'): Sample => ({
  ...{ kind: 'fault', atUs: atS * 1e6, askedUs: atS * 1e6, fault, moment: what },
  ...{ targets: ['api-2'], message: 'killed api-2' },
});

function pageOf(state: RunState) {
  const store = createLiveStore(livePlan);
  store.apply(JSON.parse(JSON.stringify(state.updateAfter(0))));
  return store;
}

it('draws a fault in force up to now, and one that is over to its end', () => {
  const state = new RunState('r1', scenario.load.steps);
  state.take(moment(4, 'begin'));
  state.take({ kind: 'event', atUs: 6e6, event: 'x', message: 'y' });
  const store = pageOf(state);
  expect(store.data.faults).toEqual([{ name: 'gone', fromS: 4, toS: 6 }]);
  expect(store.faults.map(({ toS }) => toS)).toEqual([undefined]);
  state.take(moment(7, 'end'));
  state.take({ kind: 'event', atUs: 9e6, event: 'x', message: 'y' });
  expect(pageOf(state).data.faults).toEqual([{ name: 'gone', fromS: 4, toS: 7 }]);
});

it('keeps a fault in force that could not be taken back, and draws none that never was', () => {
  const state = new RunState('r1', scenario.load.steps);
  state.take(moment(4, 'begin'));
  state.take(moment(5, 'undo-failed'));
  state.take(moment(5, 'failed', 'lossy'));
  const store = pageOf(state);
  expect(store.faults).toEqual([{ name: 'gone', fromS: 4 }]);
  expect(store.news.filter(({ kind }) => kind === 'warning')).toHaveLength(2);
});

it('sends faults only where one began or ended', () => {
  const state = new RunState('r1', scenario.load.steps);
  expect(state.updateAfter(0).faults).toBeUndefined();
  state.take(moment(4, 'begin'));
  const { seq } = state.updateAfter(0);
  expect(state.updateAfter(seq).faults).toBeUndefined();
});

it('tells of conditions and roles as they change', () => {
  const state = new RunState('r1', scenario.load.steps);
  state.take({ kind: 'condition', atUs: 1e6, condition: 'members=3', holds: true, said: '3 of 3' });
  state.take({ kind: 'role', atUs: 2e6, role: 'leader', targets: [] });
  expect(pageOf(state).news.map(({ text }) => text)).toEqual(['members=3 holds: 3 of 3', 'leader: nobody']);
});
