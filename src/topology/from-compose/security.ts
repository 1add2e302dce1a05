/** As whom a container runs and what it may do, which without a word is what Docker gives it; pure. */

import type { Field } from '../compose-file/fields.ts';
import { readKeyValues, readTexts, show } from '../compose-file/fields.ts';
import { type Raw, type ServicePart, without } from './part.ts';

/** Sysctls that every cluster lets a pod set (kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster). */
const safeSysctls: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];

/** `securityContext` of the container. */
export function containerSecurity(part: ServicePart, at: (key: string) => Field): Raw {
  const { raw } = part;
  const capabilities = without({ add: names(part, at, 'cap_add'), drop: names(part, at, 'cap_drop') });
  return without({
    ...userOf(part),
    capabilities: Object.keys(capabilities).length > 0 ? capabilities : undefined,
    readOnlyRootFilesystem: isOn(raw['read_only']) || undefined,
    ...securityOptions(part, at),
  });
}

/** `securityContext` of the pod. */
export function podSecurity(part: ServicePart, at: (key: string) => Field): Raw {
  const { raw, path, refuse, hostNetwork, service } = part;
  const groups = readTexts(raw['group_add'], at('group_add')).flatMap((group, index) => {
    const id = group === 'root' ? 0 : Number(group);
    if (group !== '' && Number.isInteger(id)) return id;
    refuse([...path, 'group_add', index], `is ${show(group)}: a pod is told groups by number (example: 1000)`);
    return [];
  });
  const sysctls = new Map(readKeyValues(raw['sysctls'], at('sysctls')));
  for (const name of sysctls.keys()) {
    if (!safeSysctls.includes(name))
      refuse([...path, 'sysctls'], `sets ${name}, which a cluster allows no pod by itself`);
    else if (hostNetwork && name.startsWith('net.'))
      refuse([...path, 'sysctls'], `sets ${name}, which on the node's network would be the node's own`);
  }
  // Docker lets everybody listen there.
  if (
    !hostNetwork &&
    service.containerPorts.some((port) => port < 1024) &&
    !sysctls.has('net.ipv4.ip_unprivileged_port_start')
  )
    sysctls.set('net.ipv4.ip_unprivileged_port_start', '0');
  return without({
    seccompProfile: { type: isUnconfined(raw, 'seccomp') ? 'Unconfined' : 'RuntimeDefault' },
    supplementalGroups: groups.length > 0 ? groups : undefined,
    sysctls: sysctls.size > 0 ? [...sysctls].map(([name, value]) => ({ name, value: value ?? '' })) : undefined,
  });
}

/** Whether a flag is set, also where a variable made it a text. */
export function isOn(value: unknown): boolean {
  return value === true || String(value).toLowerCase() === 'true';
}

function userOf({ raw, path, refuse }: ServicePart): Raw {
  const { user } = raw;
  if (user === undefined || user === null || user === '') return {};
  const [name = '', group] = String(user).split(':');
  const ids = [name, group].map((each) => (each === 'root' ? 0 : each ? Number(each) : undefined));
  if (ids.some((id) => id !== undefined && !Number.isInteger(id))) {
    refuse([...path, 'user'], `is ${show(user)}: a pod is told users and groups by number (example: "65532:65532")`);
    return {};
  }
  return without({ runAsUser: ids[0], runAsGroup: ids[1] });
}

function names({ raw }: ServicePart, at: (key: string) => Field, key: string): readonly string[] | undefined {
  const listed = readTexts(raw[key], at(key)).map((name) => name.toUpperCase().replace(/^CAP_/, ''));
  return listed.length > 0 ? listed : undefined;
}

/** `no-new-privileges:true` and what is unconfined; profiles lie on nodes and are not those of this machine. */
function securityOptions({ raw, path, refuse }: ServicePart, at: (key: string) => Field): Raw {
  const options = readTexts(raw['security_opt'], at('security_opt'));
  let escalates: boolean | undefined;
  let appArmor: Raw | undefined;
  for (const [index, option] of options.entries()) {
    const [, name, value] = /^([\w-]+)(?:[:=](.*))?$/.exec(option) ?? [];
    if (name === 'no-new-privileges') escalates = value === 'false' ? undefined : false;
    else if (name === 'apparmor' && value === 'unconfined') appArmor = { type: 'Unconfined' };
    else if (!(name === 'seccomp' && value === 'unconfined'))
      refuse([...path, 'security_opt', index], `is ${show(option)}: profiles of this machine are not on the nodes`);
  }
  return { allowPrivilegeEscalation: escalates, appArmorProfile: appArmor };
}

function isUnconfined(raw: Raw, profile: string): boolean {
  const options = raw['security_opt'];
  const listed: readonly unknown[] = Array.isArray(options) ? options : [options];
  return listed.some((option) => new RegExp(`^${profile}[:=]unconfined$`).test(String(option)));
}
