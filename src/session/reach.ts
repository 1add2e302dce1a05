/** Says when a target of which only the address is known can no longer be reached, and when it can again. */
import type { Sample } from '../model/sample.ts';
import type { Target } from '../model/topology.ts';

/** What the network says of a service that is not there, as opposed to one that answers nonsense. */
const unreachable = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|socket hang up|no answer within/;

/** Passes every sample on to `give`, and adds an event at each change that the `networkSources` show. Processes and containers are watched by other means. */
export function watchReach(
  targets: readonly Target[],
  networkSources: readonly string[],
  give: (sample: Sample) => void,
): (sample: Sample) => void {
  const watched = new Set(
    targets.filter(({ pid, containerId }) => (pid ?? containerId) === undefined).map(({ id }) => id),
  );
  const lost = new Set<string>();
  const tell = (event: string, atUs: number, target: string, message: string) =>
    give({ kind: 'event', atUs, target, event, message });
  return (sample) => {
    give(sample);
    if ((sample.kind !== 'gap' && sample.kind !== 'reading') || !watched.has(sample.target)) return;
    const { atUs, target, source } = sample;
    if (!networkSources.includes(source)) return;
    if (sample.kind === 'reading' && lost.delete(target)) tell('restart', atUs, target, 'answers again');
    if (sample.kind === 'gap' && !lost.has(target) && unreachable.test(sample.message)) {
      lost.add(target);
      tell('exit', atUs, target, `does not answer: ${sample.message}`);
    }
  };
}
