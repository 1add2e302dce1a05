/** Which charts the live page draws: those of the report whose series are kept while a run goes on, in the same look. */
import { drawnUnits, targetColours } from '../charts/chart-data.ts';
import { type OwnPlan, panelPlan, type TargetPlan } from '../charts/panel-plan.ts';

/** Charts that answer one question; shown when one of them has a line. */
interface LiveGroup {
  readonly title: string;
  readonly charts: readonly (OwnPlan | TargetPlan)[];
}

/** All that the page's script is given with the page. */
export interface LivePlan {
  readonly groups: readonly LiveGroup[];
  /** Colours of targets, in the order in which these are first seen. */
  readonly colours: readonly string[];
  readonly units: typeof drawnUnits;
}

const reportCharts = panelPlan.flatMap(({ charts }) => charts).filter((chart) => chart !== 'goroutines');

/** By their ids in the report; of two, the one of a run with load. */
const chartOf = (id: string) => reportCharts.filter((chart) => chart.id === id).slice(-1);

/** Service times wait for the report. */
const inLiveWords = (chart: OwnPlan | TargetPlan) =>
  chart.id === 'latency' ? { ...chart, title: 'Response time' } : chart;

/** Charts in reading order. */
export const livePlan: LivePlan = {
  groups: [
    { title: 'Load', charts: ['rate', 'latency', 'in-flight'].flatMap(chartOf).map(inLiveWords) },
    {
      title: 'Go runtime',
      charts: [
        ...['runqueue', 'local-runqueue'].flatMap(chartOf),
        {
          id: 'goroutines',
          title: 'Goroutines, and as metrics have them (dashed)',
          names: ['goroutines.total', 'go.goroutines'],
        },
        ...['gc-pause', 'heap'].flatMap(chartOf),
      ],
    },
    { title: 'CPU and memory', charts: ['cpu', 'memory', 'throttled', 'host'].flatMap(chartOf) },
  ],
  colours: targetColours,
  units: drawnUnits,
};
