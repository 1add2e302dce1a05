/** What a compose project must have for Compose to take it, beyond the form of each field; pure. */
import { child, type Field, fail, isRecord, readMap } from './fields.ts';
import type { ComposeService } from './service.ts';

/** Services that start need something to start, and those that they wait for; `field` is that of `services`. */
export function checkServices(
  services: readonly ComposeService[],
  active: readonly ComposeService[],
  field: Field,
): void {
  for (const { name, dependsOn, image, build } of active) {
    if (image === undefined && build === undefined) {
      fail(child(field, name), 'has neither an image nor a build (example: build: .)');
    }
    for (const { service: wanted, required } of dependsOn) {
      if (!required || active.some((each) => each.name === wanted)) continue;
      const profiles = services.find((each) => each.name === wanted)?.profiles.join(', ');
      const why =
        profiles === undefined
          ? 'is no service of this project'
          : `is behind a profile that is not asked for (${profiles})`;
      fail(child(child(field, name), 'depends_on'), `names "${wanted}", which ${why}`);
    }
  }
}

/** What services use of `networks`, `volumes`, `secrets` and `configs` must stand there; `top` is the field of the whole project. */
export function checkReferences(active: readonly ComposeService[], top: Field): void {
  const root = readMap(top.document.root, top);
  const services = readMap(root['services'], child(top, 'services'));
  for (const { name } of active) {
    const field = child(child(top, 'services'), name);
    const service = readMap(services[name], field);
    for (const [index, volume] of listOf(service['volumes']).entries()) {
      if (isRecord(volume) && volume['source'] === '') {
        fail(child(child(field, 'volumes'), index), 'has nothing before the colon to mount (example: ./data:/data)');
      }
    }
    for (const [section, names] of Object.entries(usedBy(service))) {
      const known = Object.keys(readMap(root[section], child(top, section)));
      for (const used of names) {
        if (known.includes(used) || (section === 'networks' && used === 'default')) continue;
        fail(child(field, section), `names "${used}", which does not stand under ${section} of the project`);
      }
    }
  }
}

function usedBy({ networks, volumes, secrets, configs }: Readonly<Record<string, unknown>>): Record<string, string[]> {
  const named = (value: unknown) => listOf(value).flatMap((item) => textOf(isRecord(item) ? item['source'] : item));
  const mounted = listOf(volumes).filter((item) => isRecord(item) && item['type'] === 'volume');
  return {
    networks: isRecord(networks) ? Object.keys(networks) : named(networks),
    volumes: named(mounted).filter((name) => name !== ''),
    secrets: named(secrets),
    configs: named(configs),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' ? [value] : [];
}
