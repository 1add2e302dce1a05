/** What is wrong between the places of a request and the rows that are to fill them. */
import type { FeederSpec, FlowRequestSpec } from '../../model/scenario.ts';
import type { RequestTemplate } from './request-template.ts';
import {
  fill,
  ownValues,
  type Place,
  parseTemplate,
  placesOf,
  type Row,
  type Template,
  writtenPlace,
} from './template.ts';

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
    ...(typeof pathStart === 'string' && /^[^/*]/.test(pathStart)
      ? [
          {
            key: ['path'],
            message: `must start with / or with a place such as \${user.path}, got ${JSON.stringify(pathStart)}`,
          },
        ]
      : []),
    ...placesOf(path).flatMap((place) => badValues(['path'], place, feeders, isText)),
    ...headers.flatMap(([name, value]) => [
      ...unknownPlaces(['headers', name], value, feeders),
      ...placesOf(value).flatMap((place) => badValues(['headers', name], place, feeders, fitsHeader)),
    ]),
    ...(body instanceof Uint8Array ? placesInBytes([bodyKey], body, feeders) : unknownPlaces([bodyKey], body, feeders)),
    ...(body instanceof Uint8Array ? [] : placesOf(body)).flatMap((place) =>
      badValues([bodyKey], place, feeders, isText),
    ),
    ...[
      [['path'], request.path] as const,
      ...Object.entries(request.headers).map(([name, value]) => [['headers', name], value] as const),
    ].flatMap(([key, text]) => (template.isOfFlow ? [] : halfPlaces(key, text, feeders))),
    ...wrongLength(template),
    ...unfilledPlaces(['expect', 'bodyContains'], request.expect.bodyContains, feeders),
  ];
}

/** A length that the user gave must be that of the body, in every request. */
function wrongLength({ headers, body }: RequestTemplate): RequestMistake[] {
  const given = headers.find(([name]) => name.toLowerCase() === 'content-length');
  if (!given) return [];
  const key = ['headers', given[0]];
  const wanted = Number(fill(given[1], () => ({}), String));
  if (!(body instanceof Uint8Array) && placesOf(body).length > 0)
    return [{ key, message: 'must not be given: each row makes another body, whose length rampart counts; remove it' }];
  const bytes = body instanceof Uint8Array ? body.length : Buffer.byteLength(fill(body, () => ({}), String));
  if (wanted === bytes) return [];
  return [
    {
      key,
      message: `must be the length of the body, ${bytes} bytes, got ${wanted}: remove it, rampart counts it itself`,
    },
  ];
}

/** Bytes that are no text are sent as they are, so places in them would be as well. */
function placesInBytes(key: readonly string[], body: Uint8Array, feeders: KnownFeeders): RequestMistake[] {
  return placesOf(parseTemplate(Buffer.from(body).toString('latin1'))).flatMap(({ feeder, column }) =>
    feeders.has(feeder)
      ? [{ key, message: `has \${${feeder}.${column}}, but is no UTF-8 text, so nothing can be filled in` }]
      : [],
  );
}

/** A feeder without a column is no place, and was most likely meant to be one. */
function halfPlaces(key: readonly string[], text: string, feeders: KnownFeeders): RequestMistake[] {
  return [...text.matchAll(/(?<!\$)\$\{([\w-]+)\}/g)].flatMap(([whole, feeder = '']) =>
    feeders.has(feeder)
      ? [{ key, message: `has ${whole} without a column (example: \${${feeder}.id}; write $\${ for a plain \${)` }]
      : [],
  );
}

/** Places where none are filled. */
function unfilledPlaces(key: readonly string[], text: string, feeders: KnownFeeders): RequestMistake[] {
  return placesOf(parseTemplate(text)).flatMap(({ feeder, column }) =>
    feeders.has(feeder)
      ? [{ key, message: `has \${${feeder}.${column}}, but only path, header values and body are filled with data` }]
      : [],
  );
}

/** Places of a flow's request for values that no request before it extracts. */
export function valueMistakes(
  { path, headers, body, request }: RequestTemplate,
  before: readonly Pick<FlowRequestSpec, 'extract'>[],
): RequestMistake[] {
  const known = before.flatMap(({ extract }) => Object.keys(extract));
  const bodyKey = request.bodyFile === undefined ? 'body' : 'bodyFile';
  const places = [
    { key: ['path'], template: path },
    ...headers.map(([name, template]) => ({ key: ['headers', name], template })),
    ...(body instanceof Uint8Array ? [] : [{ key: [bodyKey], template: body }]),
  ];
  const unfilled = valuePlaces(parseTemplate(request.expect.bodyContains, true))
    .filter(({ column }) => known.includes(column))
    .map((place) => ({
      key: ['expect', 'bodyContains'],
      message: `has ${writtenPlace(place)}, but only path, header values and body are filled with values`,
    }));
  const unknown = places.flatMap(({ key, template }) =>
    valuePlaces(template)
      .filter(({ column }) => !known.includes(column))
      .map((place) => {
        const has = known.length === 0 ? 'none extracts anything' : `they extract ${[...new Set(known)].join(', ')}`;
        return {
          key,
          message: `has ${writtenPlace(place)}, which no request before it in its flow extracts (${has}; write $\${ for a plain \${)`,
        };
      }),
  );
  return [...unknown, ...unfilled];
}

function valuePlaces(template: Template): Place[] {
  return placesOf(template).filter(({ feeder }) => feeder === ownValues);
}

function feederPlaces(template: Template): Place[] {
  return placesOf(template).filter(({ feeder }) => feeder !== ownValues);
}

function unknownPlaces(key: readonly string[], template: Template, feeders: KnownFeeders): RequestMistake[] {
  return feederPlaces(template).flatMap((place) => {
    const written = writtenPlace(place);
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
const isText: Demand = { form: /^\P{Surrogate}*$/u, wanted: 'it must be text, not half a surrogate pair' };
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
