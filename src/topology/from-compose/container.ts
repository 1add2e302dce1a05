/** The container of a service: what it starts, with which environment, and how it is looked after; pure. */
import type { ServiceLimits } from '../../model/topology-spec.ts';
import { child, type Field, show } from '../compose-file/fields.ts';
import { readinessProbe } from './health.ts';
import { advertiseMark, advertiseVariable, ipMark, ipVariable, withReferences } from './own-address.ts';
import { type Raw, type ServicePart, without } from './part.ts';
import { containerResources } from './resources.ts';
import { containerSecurity, isOn } from './security.ts';

/** What a container is made of beside the compose file. */
export interface ContainerGiven {
  readonly image: string;
  /** Settled, with marks of its own address. */
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[] | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly limits: ServiceLimits | undefined;
  readonly mounts: readonly Raw[];
  /** Loopback addresses of its replicas, `127.20.3.` before the replica's number, where they are on their node's network. */
  readonly addresses: string | undefined;
  /** Whether it is a Job, whose pods have no number. */
  readonly isOneShot: boolean;
}

/** As a pod's specification has it. */
export function containerOf(part: ServicePart, given: ContainerGiven, field: Field): Raw {
  const { raw, path, refuse, service, hostNetwork } = part;
  const at = (key: string) => child(field, key);
  const words = [...(given.command ?? []), ...(given.entrypoint ?? []), ...Object.values(given.env)];
  return without({
    name: 'service',
    image: given.image,
    imagePullPolicy: pullPolicy(part),
    ...commandOf(part, given),
    workingDir: service.workingDir,
    env: [...ownAddress(words, given), ...variablesOf(part, given.env)],
    ports: hostNetwork ? undefined : portsOf(part),
    readinessProbe: readinessProbe(raw['healthcheck'], [...path, 'healthcheck'], !part.isScratch, refuse),
    resources: containerResources(part, given.limits),
    securityContext: containerSecurity(part, at),
    volumeMounts: given.mounts.length > 0 ? given.mounts : undefined,
    stdin: isOn(raw['stdin_open']) || undefined,
    tty: isOn(raw['tty']) || undefined,
  });
}

/** Docker asks a registry only for what it does not have. */
function pullPolicy({ raw, path, refuse }: ServicePart): string {
  const { pull_policy } = raw;
  const asked = pull_policy === undefined || pull_policy === null ? 'missing' : String(pull_policy);
  const policies: Readonly<Record<string, string>> = {
    always: 'Always',
    never: 'Never',
    missing: 'IfNotPresent',
    if_not_present: 'IfNotPresent',
    build: 'IfNotPresent',
    '': 'IfNotPresent',
  };
  const found = policies[asked];
  if (found === undefined)
    refuse([...path, 'pull_policy'], `is ${show(pull_policy)}: the kubelet knows always, missing and never`);
  return found ?? 'IfNotPresent';
}

/**
 * Both systems start an image's own words where there are none. An entry point that is emptied leaves those of the image's command, which
 * only its builder knows.
 */
function commandOf({ path, refuse }: ServicePart, { command, entrypoint }: ContainerGiven): Raw {
  const args = command && command.length > 0 ? command : undefined;
  const words = (list: readonly string[] | undefined) => list?.map(withReferences);
  if (entrypoint === undefined) return without({ args: words(args) });
  if (entrypoint.length > 0) return without({ command: words(entrypoint), args: words(args) });
  if (args === undefined)
    refuse(
      [...path, 'entrypoint'],
      "is empty, and so the image's command would start, which is not known here (write it as command)",
    );
  return without({ command: words(args) });
}

function portsOf({ service }: ServicePart): readonly Raw[] | undefined {
  const ports = servicePorts(service).map(({ port, protocol }) => ({ containerPort: port, protocol }));
  return ports.length > 0 ? ports : undefined;
}

/** All ports that a service says it has, each once. */
export function servicePorts({
  ports,
  containerPorts,
}: ServicePart['service']): readonly { readonly port: number; readonly protocol: string }[] {
  const all = [
    ...containerPorts.map((port) => ({ port, protocol: 'TCP' })),
    ...ports.map(({ target, protocol }) => ({ port: target, protocol: protocol.toUpperCase() })),
  ];
  return all.filter(
    (one, index) => all.findIndex((each) => each.port === one.port && each.protocol === one.protocol) === index,
  );
}

/** The variables that references in the others stand for; they come first, or the kubelet would not know them. */
function ownAddress(words: readonly string[], { addresses, isOneShot }: ContainerGiven): readonly Raw[] {
  const isNamed = (mark: string) => words.some((word) => word.includes(mark));
  const isIp = isNamed(ipMark);
  const isAdvertised = isNamed(advertiseMark);
  if (!isIp && !isAdvertised) return [];
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  if (addresses === undefined)
    return [
      ...(isIp ? [{ name: ipVariable, ...field('status.podIP') }] : []),
      ...(isAdvertised ? [{ name: advertiseVariable, ...field('status.podIP') }] : []),
    ];
  const index = { name: 'RAMPART_INDEX', ...field("metadata.labels['apps.kubernetes.io/pod-index']") };
  return [
    ...(isOneShot ? [] : [index]),
    { name: ipVariable, value: isOneShot ? `${addresses}1` : `${addresses}$(RAMPART_INDEX)` },
    ...(isAdvertised ? [{ name: advertiseVariable, value: `$(${ipVariable})` }] : []),
  ];
}

function variablesOf({ path, refuse }: ServicePart, env: ContainerGiven['env']): readonly Raw[] {
  return Object.entries(env).map(([name, value]) => {
    if (!/^[ -<>-~]+$/.test(name))
      refuse([...path, 'environment'], `has ${show(name)}, which can be no variable of a pod`);
    if (value.includes('\0')) refuse([...path, 'environment', name], 'has a NUL byte in it');
    return { name, value: withReferences(value) };
  });
}
