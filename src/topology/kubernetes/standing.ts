/** Whether a pod that nobody asks stands: the cluster calls one without a readiness probe ready whenever it runs, also between two crashes. */
import type { ProbeAnswer } from '../liveness/ready.ts';
import type { PodState } from '../pods/pod-state.ts';

/** Its kubelet may look a second later, or two, and find that it has ended at once. */
const unaskedMs = 2000;
/** After a crash the cluster itself waits at least this long before it starts a container again. */
const crashedMs = 10_000;

/** Follows the pod of one replica: each look at it, at a time in microseconds, says whether it has stood long enough. */
export function createStanding(): (pod: PodState | undefined, nowUs: number) => ProbeAnswer {
  let standing: { readonly lives: string; readonly sinceUs: number } | undefined;
  return (pod, nowUs) => {
    const unasked = pod?.containers.filter(({ isAsked }) => !isAsked) ?? [];
    if (!pod?.isReady || unasked.length === 0) {
      standing = undefined;
      return { isReady: true };
    }
    const lives = [pod.uid, ...unasked.flatMap(({ id, restarts }) => [id, restarts])].join(' ');
    if (standing?.lives !== lives) standing = { lives, sinceUs: nowUs };
    const neededMs = unasked.some(({ restarts }) => restarts > 0) ? crashedMs : unaskedMs;
    if (nowUs - standing.sinceUs >= neededMs * 1000) return { isReady: true };
    return {
      isReady: false,
      said: `pod ${pod.name} runs, but has no readiness probe, and has to run for ${neededMs / 1000} s${neededMs > unaskedMs ? ', as it crashed before' : ''}`,
    };
  };
}
