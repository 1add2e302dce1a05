/** Runs objects of Kubernetes in a namespace of the run, on a cluster that is there; its pods are the targets. */
import type { TopologyEngine } from '../model/contracts.ts';
import { podFaultMistake } from './kubernetes/pod-faults.ts';

/** A cluster that a kubeconfig names, or the one that rampart runs in; what starts pods on it is loaded when it is wanted. */
export const kubernetesEngine: TopologyEngine = {
  kind: 'kubernetes',
  refuses: {
    services: 'has programs without an image, which only run as local processes (say engine: process)',
  },
  faultMistake: podFaultMistake,
  up: async (...asked) => await (await import('./kubernetes-up.ts')).kubernetesUp(...asked),
};
