/** What is wrong between the places of a request and the rows that are to fill them. */
import type { FeederSpec } from '../model/scenario.ts';
import type { RequestTemplate } from './request-template.ts';
import { type Place, placesOf, type Row, type Template } from './template.ts';

/** A mistake and the key of the request it is in. */
export interface RequestMistake {
  readonly key: readonly string[];
  readonly message: string;
}

/** A feeder as the scenario declares it; `rows` is undefined when its file could not be read, which is a mistake of its own. */
export interface KnownFeeder {
  readonly spec: FeederSpec;
  readonly rows: readonly Row[] | undefined;
}

type KnownFeeders = ReadonlyMap<string, KnownFeeder>;

/** Every mistake of a request: unknown feeders and columns, and values that cannot stand where they are to go. */
export function requestMistakes(template: RequestTemplate, feeders: KnownFeeders): RequestMistake[] {
  const { path, headers, body, request } = template;
  const bodyKey = request.bodyFile === undefined ? 'body' : 'bodyFile';
  const [pathStart] = path;
  return [
    ...unknownPlaces(['path'], path, feeders),
    ...(typeof pathStart === 'object' ? badValues(['path'], pathStart, feeders, startsPath) : []),
    ...headers.flatMap(([name, value]) => [
      ...unknownPlaces(['headers', name], value, feeders),
      ...placesOf(value).flatMap((place) => badValues(['headers', name], place, feeders, fitsHeader)),
    ]),
    ...(body instanceof Uint8Array ? [] : unknownPlaces([bodyKey], body, feeders)),
  ];
}

function unknownPlaces(key: readonly string[], template: Template, feeders: KnownFeeders): RequestMistake[] {
  return placesOf(template).flatMap((place) => {
    const written = `\${${place.feeder}.${place.column}}`;
    const feeder = feeders.get(place.feeder);
    if (!feeder) {
      const known = feeders.size === 0 ? 'load.feeders has none' : `feeders: ${[...feeders.keys()].join(', ')}`;
      return [{ key, message: `has ${written}, but there is no such feeder (${known}; write $\${ for a plain \${)` }];
    }
    const lacking = feeder.rows?.findIndex((row) => row[place.column] === undefined) ?? -1;
    if (lacking < 0) return [];
    const columns = Object.keys(feeder.rows?.[lacking] ?? {}).join(', ');
    return [{ key, message: `has ${written}, but row ${lacking + 1} of ${feeder.spec.file} has only ${columns}` }];
  });
}

interface Demand {
  readonly form: RegExp;
  readonly wanted: string;
}

const startsPath: Demand = { form: /^\//, wanted: 'a path must start with /' };
const fitsHeader: Demand = { form: /^[\t\x20-\x7e]*$/, wanted: 'a header must be printable ASCII on one line' };

/** The first row whose value does not fit, if there is one. */
function badValues(
  key: readonly string[],
  { feeder, column }: Place,
  feeders: KnownFeeders,
  { form, wanted }: Demand,
): RequestMistake[] {
  const known = feeders.get(feeder);
  const row = known?.rows?.findIndex((each) => !form.test(each[column] ?? '/')) ?? -1;
  if (!known || row < 0) return [];
  const got = JSON.stringify(known.rows?.[row]?.[column]);
  return [{ key, message: `takes ${column} from row ${row + 1} of ${known.spec.file}, but ${wanted}, got ${got}` }];
}
