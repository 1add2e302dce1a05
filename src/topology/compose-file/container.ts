/** What a service says of its container that a local process can have in another way: its folder, mounts of folders, and names; pure. */
import { child, type Field, readList, readMap, readText, readTexts } from './fields.ts';

/** A file or folder of this machine that lies in the container at `target`; `source` is as written. */
interface BindMount {
  readonly source: string;
  readonly target: string;
}

/** See the fields. */
export interface ContainerSide {
  readonly workingDir: string | undefined;
  readonly binds: readonly BindMount[];
  /** Names by which others reach it, beside that of the service: `container_name`, `hostname`, aliases. */
  readonly names: readonly string[];
  /** Other services under names that only this one knows: `links: [db:database]`. */
  readonly links: readonly { readonly service: string; readonly name: string }[];
}

/** Reads them; mistakes go to the document. */
export function readContainerSide(raw: Readonly<Record<string, unknown>>, field: Field): ContainerSide {
  const { working_dir, volumes, container_name, hostname, networks, links } = raw;
  const at = (key: string) => child(field, key);
  const own = [readText(container_name, at('container_name')), readText(hostname, at('hostname'))];
  return {
    workingDir: readText(working_dir, at('working_dir')),
    binds: readList(volumes, at('volumes')).flatMap((volume, index) => readBind(volume, child(at('volumes'), index))),
    names: [...own, ...readAliases(networks, at('networks'))].flatMap((name) => name || []),
    links: readTexts(links, at('links')).map((link) => {
      const [service = '', name = service] = link.split(':');
      return { service, name };
    }),
  };
}

/** `./conf:/etc/app:ro`, or the long form with `type: bind`; named volumes are none. */
function readBind(value: unknown, field: Field): BindMount[] {
  if (typeof value === 'string') {
    const [source = '', target] = value.split(':');
    return target !== undefined && /^[./~]/.test(source) ? [{ source, target }] : [];
  }
  const { type, source, target } = readMap(value, field);
  const [from, to] = [readText(source, child(field, 'source')), readText(target, child(field, 'target'))];
  return type === 'bind' && from !== undefined && to !== undefined ? [{ source: from, target: to }] : [];
}

function readAliases(networks: unknown, field: Field): (string | undefined)[] {
  if (networks === undefined || Array.isArray(networks)) return [];
  return Object.entries(readMap(networks, field)).flatMap(([name, options]) => {
    const { aliases } = readMap(options, child(field, name));
    return readTexts(aliases, child(child(field, name), 'aliases'));
  });
}
