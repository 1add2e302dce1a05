/**
 * Limits of containers that run, changed in place (`pods/resize`, on by default from 1.33): what to ask for, and what takes it back. The API
 * takes neither another QoS class nor that a limit goes away again (core/validation, ValidatePodResize).
 */
import { coresText, readQuantity } from './quantity.ts';

/** `{ cpu: "500m", memory: "64Mi" }`. */
type Amounts = Readonly<Record<string, string | number>>;

/** As a container has them. */
interface ContainerResources {
  readonly requests?: Amounts | undefined;
  readonly limits?: Amounts | undefined;
}

/** What a replica's pod says of itself, as far as its limits go. */
export interface ResizablePod {
  readonly qosClass: string;
  readonly container: string;
  readonly resources: ContainerResources;
  /** What its node has to give. */
  readonly allocatable: Amounts;
}

/** The limit that is wanted: cores or bytes. */
export interface WantedLimit {
  readonly resource: 'cpu' | 'memory';
  readonly amount: number;
}

/** Both as patches of the pod; or why it cannot be done. */
export type ResizePlan =
  | { readonly wanted: unknown; readonly back: unknown; readonly limit: string; readonly limitBefore: string }
  | { readonly why: string };

/** What changes nothing else in the pod. */
export function planResize(pod: ResizablePod, { resource, amount }: WantedLimit): ResizePlan {
  const { qosClass, container, resources, allocatable } = pod;
  if (qosClass === 'BestEffort')
    return {
      why: 'its pod has neither requests nor limits (QoS class BestEffort), and a pod never changes its class: give it some, by topology.limits',
    };
  const request = resources.requests?.[resource];
  const before = resources.limits?.[resource] ?? allocatable[resource];
  if (before === undefined)
    return { why: `its node does not say how much ${resource} it has, which takes the limit back` };
  const limit = amountText(resource, amount);
  const least = qosClass === 'Guaranteed' ? amount : belowLimit(resource, amount);
  const requested = request === undefined ? undefined : (readQuantity(request) ?? 0);
  // A container without one would be given its limit as its request.
  const lowered = requested === undefined ? '0' : requested > least ? amountText(resource, least) : String(request);
  const change = (requests: string, limits: string) => ({
    spec: {
      containers: [
        { name: container, resources: { requests: { [resource]: requests }, limits: { [resource]: limits } } },
      ],
    },
  });
  return {
    wanted: change(lowered, limit),
    back: change(request === undefined ? '0' : String(request), String(before)),
    limit,
    limitBefore: String(before),
  };
}

/** A request that equals its limit may make the pod Guaranteed, which is another class. */
function belowLimit(resource: WantedLimit['resource'], amount: number): number {
  return Math.max(0, amount - (resource === 'cpu' ? 0.001 : 1));
}

function amountText(resource: WantedLimit['resource'], amount: number): string {
  return resource === 'cpu' ? coresText(amount) : String(Math.round(amount));
}

/** Whether two amounts are the same, however they are written. */
export function isSameAmount(one: string | number | undefined, other: string | number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return readQuantity(one) === readQuantity(other);
}
