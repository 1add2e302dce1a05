/** `load.generators` with `pods`: generators as pods of a Kubernetes cluster. */
import { z } from 'zod';
import type { GeneratorPodsSpec } from '../model/generator-pods.ts';
import { refusal, text, whole } from './values.ts';

const mostPods = 1000;
/** A worker has two threads that are both at work, and takes some 150 MiB with its histograms. */
const usualResources = { cpu: '2', memory: '512Mi' } as const;

/** An amount as Kubernetes writes it (apimachinery, Quantity), of what a pod can ask for. */
function quantity(wanted: string, example: string, pattern: RegExp) {
  const error = (issue: { input?: unknown }) => refusal(wanted, issue.input, example);
  return z
    .union([z.number({ error }).transform(String), z.string({ error })], { error })
    .refine((given) => pattern.test(given) && Number.parseFloat(given) > 0, {
      error: (issue) => refusal(wanted, issue.input, example),
    });
}

const resources = z.strictObject({
  cpu: quantity('a number of cores', '500m', /^\d+(?:\.\d+)?m?$/).default(usualResources.cpu),
  memory: quantity('an amount of memory', '512Mi', /^\d+(?:\.\d+)?(?:[kMG]|[KMG]i)?$/).default(usualResources.memory),
});

const toleration = z.strictObject({
  key: text('the key of a taint', 'load').optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: whole(0, 86_400, '60').optional(),
});

/** The keys beside `pods` that only pods have. */
export const podFields = {
  pods: whole(1, mostPods, '4').optional().meta({
    description: 'How many pods of a Kubernetes cluster send the load, each its share; they are there for the run only',
  }),
  node: z
    .enum(['separate', 'any'], { error: (issue) => refusal('separate or any', issue.input, 'separate') })
    .optional()
    .meta({
      description:
        'separate: each on a node without any pod of the topology, or the run is refused; any: wherever there is room, and the run is invalid where one shares a node with the topology (validity.mayShareNode). separate without it, where the topology is in the cluster',
    }),
  image: text('an image', 'registry.example/rampart:0.2.0').optional().meta({
    description: 'The image that the pods run: rampart of the same version, its entrypoint rampart',
  }),
  namespace: text('a namespace', 'load-tests').optional().meta({
    description: 'A namespace that is there, for the pods; one that is made for the run without it',
  }),
  context: text('the name of a context', 'staging').optional().meta({
    description: 'The context of the kubeconfig whose cluster has the pods; that of the topology without it',
  }),
  resources: resources.optional().meta({
    description:
      'Request and limit of each pod: 2 cores and 512Mi without it. Whole cores are its own where the kubelet has the static CPU policy',
  }),
  hostNetwork: z
    .boolean({ error: (issue) => refusal('true or false', issue.input, 'true') })
    .optional()
    .meta({ description: 'Whether the pods are in the network of their nodes; that of the topology without it' }),
  nodeSelector: z.record(z.string(), z.string()).optional().meta({ description: 'Labels that their nodes must have' }),
  tolerations: z.array(toleration).optional().meta({ description: 'Taints of nodes that keep them off no longer' }),
  pullSecrets: z
    .array(text('the name of a Secret', 'registry'))
    .optional()
    .meta({ description: 'Secrets in their namespace that hold the credentials for the registry of the image' }),
};

type PodInput = z.output<z.ZodObject<typeof podFields>>;

/** The keys that only pods have. */
export const podKeys: readonly string[] = Object.keys(podFields).filter((key) => key !== 'pods');

/** What is left out is filled in where it does not depend on the topology. */
export function podsSpec(pods: number, image: string, input: PodInput, withinMs: number): GeneratorPodsSpec {
  const { node, namespace, context, hostNetwork } = input;
  const { resources = usualResources, nodeSelector = {}, tolerations = [], pullSecrets = [] } = input;
  const same = { pods, image, resources, nodeSelector, tolerations, pullSecrets, withinMs };
  return {
    ...same,
    ...(node === undefined ? {} : { node }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(context === undefined ? {} : { context }),
    ...(hostNetwork === undefined ? {} : { hostNetwork }),
  };
}
