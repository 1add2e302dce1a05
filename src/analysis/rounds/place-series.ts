/** Where goroutines of a step were, and what its answers cost in which function, as series that arms can be held against each other in. */
import type { StepResult } from '../../model/run-result.ts';
import { placeSeriesName } from '../../model/series.ts';

const mostFunctions = 15;
/** The runtime's own functions are where all roads end; what calls them is what a change can be in. */
const ownOfRuntime = /^(runtime|internal|sync|syscall|net\/http)[./]/;

/**
 * By `<service> <name>`: goroutines at each place, mean over the replicas, and CPU time, bytes allocated and time that others waited for a
 * lock, for each answer, by function with all that it calls.
 */
export function placeSeries(step: StepResult, serviceOf: ReadonlyMap<string, string>): Record<string, number> {
  const values: Record<string, number> = {};
  const add = (service: string, name: string, value: number) => {
    const key = `${service} ${name}`;
    values[key] = Number(((values[key] ?? 0) + value).toPrecision(6));
  };
  for (const { target, reason, site, mean } of step.goroutines) {
    const service = serviceOf.get(target);
    if (service === undefined) continue;
    const replicas = [...serviceOf.values()].filter((each) => each === service).length;
    add(service, placeSeriesName.goroutines(reason, site), mean / replicas);
  }
  for (const { service, type, windowUs, functions } of step.hot ?? []) {
    const answers = (step.load.completedRps * windowUs) / 1e6;
    const name = placeSeriesName.cost(type);
    if (!name || answers <= 0) continue;
    // Of functions that only call each other, and so cost the same, the first says it.
    const own = functions.filter((fn) => !ownOfRuntime.test(fn.name));
    const telling = own.filter((fn, index) => own.findIndex(({ cum }) => cum === fn.cum) === index);
    for (const each of telling.slice(0, mostFunctions))
      add(service, name(each.name), each.cum / (type === 'heap' ? 1 : 1000) / answers);
  }
  return values;
}
