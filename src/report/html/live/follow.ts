/** The stretch of time in sight of the live page: it follows the run until somebody looks closer. A closed function. */
import type { Shared } from '../client/chart-view.ts';
import type { LiveCharts } from './charts.ts';

/** What the charts share of the stretch of time, and what moves it on. */
export interface Follow extends Pick<Shared, 'zoom' | 'reset'> {
  /** The run has gone on to this moment: in sight, unless somebody looks closer. */
  goOn(fromS: number, toS: number): void;
  /** Does what moves charts without anybody having looked closer. */
  quietly(act: () => void): void;
}

/** Follows a run; `show` is called with whether it does. */
export function createFollow(
  setTimeout: (listener: () => void, ms: number) => unknown,
  range: { min: number; max: number },
  charts: () => LiveCharts,
  show: (follows: boolean) => void,
): Follow {
  let last = { ...range };
  let moving = false;
  let follows = true;

  const moveTo = (min: number, max: number) => {
    if (max - min < 0.01) return;
    moving = true;
    Object.assign(range, { min, max });
    charts().each((chart) => chart.zoom(min, max));
    // uPlot applies scales in a microtask; until then its hooks would answer this very move.
    setTimeout(() => {
      moving = false;
    }, 0);
  };
  const setFollows = (on: boolean) => {
    follows = on;
    show(on);
    if (on) moveTo(last.min, last.max);
  };
  return {
    zoom: (min, max) => {
      if (moving || max - min < 0.01) return;
      setFollows(false);
      moveTo(min, max);
    },
    reset: () => setFollows(true),
    goOn: (fromS, toS) => {
      last = { min: fromS, max: toS };
      if (follows) moveTo(fromS, toS);
    },
    quietly: (act) => {
      moving = true;
      act();
      setTimeout(() => {
        moving = false;
      }, 0);
    },
  };
}
