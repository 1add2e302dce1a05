/** What a service says of the machine that it runs on, as far as a pod can have it; pure. */
import { child, type Field, readTexts, show } from '../compose-file/fields.ts';
import type { ServiceImage } from '../image/service-image.ts';
import type { Raw, ServicePart } from './part.ts';

/** Refuses networks that no pod can be in. */
export function checkNetworkMode({ raw, path, refuse, hostNetwork }: ServicePart): void {
  const { network_mode: mode } = raw;
  if (mode === undefined || mode === null || mode === 'bridge' || (mode === 'host' && hostNetwork)) return;
  const way = mode === 'host' ? ' (with topology.hostNetwork: true all are on that of their node)' : '';
  refuse([...path, 'network_mode'], `is ${show(mode)}: a pod has a network of its own${way}`);
}

/** A pod is ended by the signal that its image names, which a built one could; SIGTERM without. */
export function checkStopSignal({ service, path, refuse }: ServicePart, image: ServiceImage | undefined): void {
  const asked = service.stopSignal;
  const usual = (signal: string) => signal.replace(/^SIG/, '').replace(/^15$/, 'TERM');
  if (asked === undefined || usual(asked) === usual(image?.stage?.stopSignal ?? 'TERM')) return;
  refuse([...path, 'stop_signal'], `is ${show(asked)}: a pod is ended by the STOPSIGNAL of its image (write it there)`);
}

/** The host name of each of its replicas, where it is given one. */
export function hostnameOf({ raw, path, refuse, hostNetwork }: ServicePart): string | undefined {
  const { hostname } = raw;
  if (hostname === undefined || hostname === null || hostname === '') return undefined;
  if (hostNetwork)
    refuse([...path, 'hostname'], `is ${show(hostname)}: a pod on the network of its node has the name of the node`);
  else if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(String(hostname)))
    refuse([...path, 'hostname'], `is ${show(hostname)}: that of a pod is of lower-case letters, digits and dashes`);
  return String(hostname);
}

/** `ndots:2`, `use-vc`. */
export function dnsOptions({ raw }: ServicePart, field: Field): readonly Raw[] {
  return readTexts(raw['dns_opt'], child(field, 'dns_opt')).map((option) => {
    const [name = '', value] = option.split(':');
    return value === undefined ? { name } : { name, value };
  });
}

/** `linux/arm64/v8`: nodes are known by system and architecture. */
export function platformOf({ raw, path, refuse }: ServicePart): Readonly<Record<string, string>> | undefined {
  const { platform } = raw;
  if (platform === undefined || platform === null || platform === '') return undefined;
  const [, os, arch] = /^(?:(linux|windows)\/)?([a-z0-9_]+)(?:\/v\d+)?$/.exec(String(platform)) ?? [];
  if (arch === undefined) refuse([...path, 'platform'], `is ${show(platform)}, which is none (example: linux/arm64)`);
  const known: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };
  return { 'kubernetes.io/os': os ?? 'linux', 'kubernetes.io/arch': known[arch ?? ''] ?? arch ?? '' };
}
