/** Services that extend others, of the same file or another, made whole (05-services.md of the Compose specification, `extends`). */
import { mergePlaced, withoutResets } from './merge.ts';
import { type ComposeNotes, displayPath } from './notes.ts';
import { absolutePath } from './paths.ts';
import { mapOf, textOf, valueAt, withEntry } from './placed-map.ts';
import type { Placed, PlacedMap } from './placed-yaml.ts';

/** Where the document stands and how another file is read: whole, with absolute paths, its own `extends` still in it. */
export interface Extending {
  readonly file: string;
  readonly folder: string;
  readonly notes: ComposeNotes;
  load(file: string, at: Placed): Placed | undefined;
}

interface Family {
  readonly file: string;
  readonly services: PlacedMap;
}

/** The document with every service whole; services that are nowhere, and circles, go to the notes. */
export function extendServices(document: Placed, extending: Extending): Placed {
  const services = valueAt(document, 'services');
  const family: Family = { file: extending.file, services: mapOf(services) };
  if (!services || family.services.size === 0) return document;
  const whole = [...family.services.keys()].map((name) => [name, extend(name, family, extending, [])] as const);
  return withEntry(document, 'services', { ...services, value: new Map(whole) });
}

function extend(name: string, family: Family, extending: Extending, trail: readonly string[]): Placed {
  const service = family.services.get(name) as Placed;
  const asked = mapOf(service).get('extends');
  if (!asked) return service;
  const { notes } = extending;
  const own = withEntry(service, 'extends', undefined);
  const path = ['services', name, 'extends'];
  const wanted = textOf(asked) ?? textOf(valueAt(asked, 'service'));
  if (wanted === undefined) {
    notes.failAt(asked, path, 'must name a service (example: extends: { file: common.yaml, service: base })');
    return own;
  }
  const here = `${name} (${displayPath(family.file)})`;
  if (trail.includes(here)) {
    notes.failAt(asked, path, `goes in a circle: ${[...trail.slice(trail.indexOf(here)), here].join(' -> ')}`);
    return own;
  }
  const other = familyOf(asked, family, extending);
  if (!other) return own;
  if (!other.services.has(wanted)) {
    notes.failAt(asked, path, `names "${wanted}", which is no service of ${displayPath(other.file)}`);
    return own;
  }
  const base = withoutResets(extend(wanted, other, extending, [...trail, here]));
  return mergePlaced(base, own, ['services', name], notes);
}

function familyOf(asked: Placed, family: Family, extending: Extending): Family | undefined {
  const named = textOf(valueAt(asked, 'file'));
  if (named === undefined) return family;
  const file = absolutePath(extending.folder, named);
  const document = extending.load(file, asked);
  return document && { file, services: mapOf(valueAt(document, 'services')) };
}
