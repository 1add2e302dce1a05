/** How a compose file names the address of the very replica that reads it, and how a pod is told: marks, and references to variables; pure. */

/** Stand in interpolated texts for what only a pod knows; the names are those that nobody else can have (RFC 2606). */
export const ipMark = 'rampart-ip.invalid';
/** See `ipMark`. */
export const advertiseMark = 'rampart-advertise-ip.invalid';
/** All of them. */
export const ownMarks: readonly string[] = [ipMark, advertiseMark];

/** The variables of a pod that the marks become. */
export const ipVariable = 'RAMPART_IP';
/** See `ipVariable`. */
export const advertiseVariable = 'RAMPART_ADVERTISE_IP';

/**
 * A text as a pod's specification has to hold it to come out as it is: `$` doubled, which is how the kubelet escapes references
 * (k8s.io/kubernetes/third_party/forked/golang/expansion), and marks as references.
 */
export function withReferences(text: string): string {
  return text
    .replaceAll('$', '$$$$')
    .replaceAll(advertiseMark, `$(${advertiseVariable})`)
    .replaceAll(ipMark, `$(${ipVariable})`);
}

/** Two bytes that choose among loopback addresses, so that runs keep out of each other's way. */
export type AddressSeed = readonly [number, number];

/** Three of the four parts of the loopback addresses of a service's replicas; `index` counts the services. */
export function addressBlock(seed: AddressSeed, index: number): string {
  const [first, second] = seed;
  const place = second + index;
  return `127.${16 + ((first + Math.floor(place / 256)) % 224)}.${place % 256}`;
}

/** As many replicas have an address in a block. */
export const blockSize = 250;
