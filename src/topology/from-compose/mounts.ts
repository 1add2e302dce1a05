/** What lies in a container beside its image: volumes of the pod, configs and secrets; pure but for the project's own files. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import type { ComposeFile } from '../compose-file/compose-file.ts';
import { isRecord, show } from '../compose-file/fields.ts';
import type { Path } from '../compose-file/notes.ts';
import { objectName } from './names.ts';
import { mapOf, type Raw, type ServicePart, without } from './part.ts';
import { memoryBytes } from './quantities.ts';
import { isOn } from './security.ts';

/** Mounts of the container, volumes of its pod, and the objects that those name. */
export interface Mounts {
  readonly mounts: readonly Raw[];
  readonly volumes: readonly Raw[];
  readonly objects: readonly KubeObject[];
}

/** A ConfigMap holds a mebibyte at most. */
const mostBytes = 2 ** 20;

/** All of a service. */
export function serviceMounts(part: ServicePart, file: Pick<ComposeFile, 'read' | 'lookup'>): Mounts {
  const found = [
    ...listOf(part.raw['volumes']).map((volume, index) => volumeMount(part, volume, index)),
    ...listOf(part.raw['tmpfs'], true).map((text, index) => tmpfsMount(part, String(text), index)),
    ...shmMount(part),
    ...listOf(part.raw['configs']).map((config, index) => fileMount(part, file, 'configs', config, index)),
    ...listOf(part.raw['secrets']).map((secret, index) => fileMount(part, file, 'secrets', secret, index)),
  ];
  return {
    mounts: found.flatMap(({ mounts }) => mounts),
    volumes: found.flatMap(({ volumes }) => volumes),
    objects: found.flatMap(({ objects }) => objects),
  };
}

const none: Mounts = { mounts: [], volumes: [], objects: [] };

function mount(name: string, volume: Raw, where: Raw, objects: readonly KubeObject[] = []): Mounts {
  return { mounts: [{ name, ...where }], volumes: [{ name, ...volume }], objects };
}

function listOf(value: unknown, isTextToo = false): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isTextToo && typeof value === 'string' && value !== '' ? [value] : [];
}

const volumeKeys = ['type', 'source', 'target', 'read_only', 'volume', 'tmpfs', 'bind', 'consistency'];

function volumeMount(part: ServicePart, volume: unknown, index: number): Mounts {
  const path: Path = [...part.path, 'volumes', index];
  const given = mapOf(volume);
  const { type, target } = given;
  for (const key of Object.keys(given))
    if (!volumeKeys.includes(key) && !key.startsWith('x-')) part.refuse([...path, key], 'cannot be had there');
  const why =
    typeof target === 'string' && target !== '' ? whyNotVolume(part, given) : 'has no target in the container';
  if (why !== undefined) {
    part.refuse(path, why);
    return none;
  }
  const size = type === 'tmpfs' ? tmpfsSize(part, mapOf(given['tmpfs']), [...path, 'tmpfs']) : undefined;
  const isReadOnly = isOn(given['read_only']) || undefined;
  const content = type === 'tmpfs' ? memoryVolume(size) : { emptyDir: {} };
  return mount(`volume-${index + 1}`, content, without({ mountPath: target, readOnly: isReadOnly }));
}

/** Why a volume cannot lie in a pod; undefined where it can. */
function whyNotVolume(part: ServicePart, { type, source, volume }: Raw): string | undefined {
  if (type === 'bind')
    return `mounts ${show(source)} of this machine, which is not on the nodes (a file of text can be one of the project's configs)`;
  if (type === 'tmpfs') return undefined;
  if (type !== 'volume') return `is of type ${show(type)}, which only Docker has`;
  if (mapOf(volume)['subpath'] !== undefined) return 'mounts a part of a volume, which begins empty there';
  const why = typeof source === 'string' && source !== '' ? whyNotNamed(part, source) : undefined;
  return why === undefined ? undefined : `mounts the volume ${String(source)}, ${why}`;
}

function tmpfsSize(part: ServicePart, { mode, size }: Raw, path: Path): number | undefined {
  if (mode !== undefined && !['1023', '1777', '01777', '511'].includes(String(mode)))
    part.refuse([...path, 'mode'], `is ${show(mode)}: everybody may write there`);
  return sizeOf(part, [...path, 'size'], size);
}

/** A named volume lives as long as a run; of one pod alone it is a folder of that pod. */
function whyNotNamed({ root, replicas, service }: ServicePart, source: string): string | undefined {
  const volumes = mapOf(root['volumes']);
  const given = mapOf(volumes[source]);
  if (given['external'] !== undefined && given['external'] !== false) return 'which exists on this machine only';
  if (given['driver'] !== undefined && given['driver'] !== 'local')
    return `of the driver ${show(given['driver'])}, which the cluster does not have`;
  if (Object.keys(mapOf(given['driver_opts'])).length > 0) return 'whose options are about this machine';
  if (replicas > 1) return `which its ${replicas} replicas would share`;
  const services = mapOf(root['services']);
  const others = Object.entries(services).flatMap(([name, other]) => {
    const mounted = listOf(mapOf(other)['volumes']).map(mapOf);
    const isSame = mounted.some((each) => each['type'] === 'volume' && each['source'] === source);
    return isSame && name !== service.name ? [name] : [];
  });
  return others.length > 0 ? `which it would share with ${others.join(', ')}` : undefined;
}

function memoryVolume(size: number | undefined): Raw {
  return { emptyDir: without({ medium: 'Memory', sizeLimit: size === undefined ? undefined : String(size) }) };
}

function sizeOf({ refuse }: ServicePart, path: Path, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const bytes = memoryBytes(value);
  if (bytes === undefined) refuse(path, `is ${show(value)}, which is no size (example: 64m)`);
  return bytes || undefined;
}

/** Options that say what every tmpfs of a pod is like anyway, or less. */
const usualOptions = /^(?:rw|exec|noexec|suid|nosuid|dev|nodev|mode=0?1?777)$/;

/** `/run:size=64m,mode=1777`. */
function tmpfsMount(part: ServicePart, text: string, index: number): Mounts {
  const [target = '', given = ''] = text.split(':');
  const path: Path = [...part.path, 'tmpfs', ...(Array.isArray(part.raw['tmpfs']) ? [index] : [])];
  let size: number | undefined;
  let readOnly: boolean | undefined;
  for (const option of given.split(',').filter((each) => each !== '')) {
    const [key, value] = option.split('=');
    if (key === 'size') size = sizeOf(part, path, value);
    else if (option === 'ro') readOnly = true;
    else if (!usualOptions.test(option))
      part.refuse(path, `asks for ${option}, which a pod's memory volumes cannot be given`);
  }
  return mount(`tmpfs-${index + 1}`, memoryVolume(size), without({ mountPath: target, readOnly }));
}

function shmMount(part: ServicePart): readonly Mounts[] {
  const { shm_size } = part.raw;
  if (shm_size === undefined || shm_size === null || String(shm_size) === '0') return [];
  const size = sizeOf(part, [...part.path, 'shm_size'], shm_size);
  return [mount('shm', memoryVolume(size), { mountPath: '/dev/shm' })];
}

type Files = 'configs' | 'secrets';

/** Where one lies that does not say. */
const usualPlace: Readonly<Record<Files, (name: string) => string>> = {
  configs: (name) => `/${name}`,
  secrets: (name) => `/run/secrets/${name}`,
};

function fileMount(
  part: ServicePart,
  file: Pick<ComposeFile, 'read' | 'lookup'>,
  section: Files,
  given: unknown,
  index: number,
): Mounts {
  const path: Path = [...part.path, section, index];
  const long = isRecord(given) ? given : { source: given };
  const source = String(long['source'] ?? '');
  const { target, uid, gid, mode } = long;
  for (const [key, id] of Object.entries({ uid, gid }))
    if (id !== undefined && String(id) !== '0')
      part.refuse([...path, key], `is ${show(id)}: such files are root's there`);
  const content = contentOf(part, file, section, source);
  if (content === undefined) return none;
  const place = typeof target === 'string' && target !== '' ? target : usualPlace[section](source);
  const mountPath = place.startsWith('/') ? place : usualPlace[section](place);
  const isConfig = section === 'configs';
  const name = `${isConfig ? 'config' : 'secret'}-${objectName(source)}`;
  const items = [{ key: 'content', path: 'content', mode: modeOf(part, path, mode) }];
  const volume = isConfig ? { configMap: { name, items } } : { secret: { secretName: name, items } };
  const object: KubeObject = isConfig
    ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { content } }
    : { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData: { content } };
  return mount(
    `${isConfig ? 'config' : 'secret'}-${index + 1}`,
    volume,
    { mountPath, subPath: 'content', readOnly: true },
    [object],
  );
}

/** Octal digits, or the number that YAML makes of them. */
function modeOf({ refuse }: ServicePart, path: Path, mode: unknown): number {
  if (mode === undefined || mode === null) return 0o444;
  const bits = typeof mode === 'string' ? Number.parseInt(mode.replace(/^0o/, ''), 8) : Number(mode);
  if (Number.isInteger(bits) && bits >= 0 && bits <= 0o777) return bits;
  refuse([...path, 'mode'], `is ${show(mode)}, which is no file mode (example: 0440)`);
  return 0o444;
}

function contentOf(
  { root, refuse }: ServicePart,
  { read, lookup }: Pick<ComposeFile, 'read' | 'lookup'>,
  section: Files,
  source: string,
): string | undefined {
  const path: Path = [section, source];
  const all = mapOf(root[section]);
  const given = mapOf(all[source]);
  const { external, file, content, environment, driver, template_driver } = given;
  const refused = (why: string) => {
    refuse(path, why);
    return undefined;
  };
  if (external !== undefined && external !== false)
    return refused('exists elsewhere, and a run has a namespace of its own');
  if (driver !== undefined || template_driver !== undefined)
    return refused('comes from a driver, which only Swarm has');
  if (typeof content === 'string') return ofSize(content, refused);
  if (typeof environment === 'string') {
    const value = lookup(environment);
    return value === undefined ? refused(`is the variable ${environment}, which is not set`) : ofSize(value, refused);
  }
  if (typeof file !== 'string') return refused('has no file, content or environment');
  const text = read(file);
  if (text === undefined) return refused(`is the file ${show(file)}, which is not there`);
  return text.includes('\ufffd') || text.includes('\0')
    ? refused(`is the file ${show(file)}, which holds no text`)
    : ofSize(text, refused);
}

function ofSize(text: string, refused: (why: string) => undefined): string | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes > mostBytes ? refused(`holds ${bytes} bytes, more than the 1 MiB that the cluster takes`) : text;
}
