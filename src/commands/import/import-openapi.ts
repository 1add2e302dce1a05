/** An OpenAPI description to a scenario, and the words about it. */
import { usageError } from '../../model/errors.ts';
import { openDocuments, type ReadBeside } from '../../traffic/openapi/documents.ts';
import { type ReadOpenApi, readOpenApi } from '../../traffic/openapi/read-openapi.ts';
import { scenarioText } from '../../traffic/scenario-text.ts';
import type { ImportRequest } from './flags.ts';
import type { Imported, ImportPlace } from './imported.ts';
import { byWeight, leftOutLine, outsideLine, requestLines } from './words.ts';

/** The scenario of one description; of operations that change things only those that `--methods` or `--unsafe` take. */
export async function importOpenApi(
  file: string,
  text: string,
  request: ImportRequest,
  place: ImportPlace & { readonly readBeside: ReadBeside },
): Promise<Imported> {
  const { methods, operations } = request;
  const api = readOpenApi(await openDocuments(file, text, place.readBeside), { methods, operations });
  if (api.unknown.length > 0)
    throw usageError(
      'flag-invalid',
      `--operations: there is no tag and no operationId ${api.unknown.join(', ')} in ${file}`,
    );
  if (api.requests.length === 0)
    throw usageError(
      'import-nothing',
      [`${file}: no operation is left to be called`, ...leftOutLine(api.leftOut)].join('\n'),
      'See --methods, --unsafe and --operations.',
    );
  const { requests } = api;
  const { load, steps, sent } = byWeight(request, '10/s', '30s');
  const about = aboutOf(api);
  return {
    text: scenarioText({
      name: place.name,
      schema: place.schema,
      about: [`Imported by rampart ${place.version} from ${file}`, ...about, sent],
      url: request.url,
      data: place.data,
      requests,
      load,
      steps,
    }),
    requests,
    told: [...about, sent, '', ...requestLines(requests), ...notesOf(api)],
  };
}

function aboutOf({ title, version, requests, leftOut }: ReadOpenApi): string[] {
  return [
    `${version}${title === '' ? '' : `, ${title}`}: ${requests.length} operations, each as often as the others.`,
    'Parameters and bodies are the examples of the description, else made to fit their schemas: put real ones in their place.',
    ...leftOutLine(leftOut),
    ...outsideLine([
      ...new Map(
        requests.flatMap(({ outside = [] }) => outside.map((each) => [each.variable, each] as const)),
      ).values(),
    ]),
  ];
}

function notesOf({ requests }: ReadOpenApi): string[] {
  const noted = requests.flatMap(({ name, notes = [] }) => notes.map((note) => `  ${name}: ${note}`));
  return noted.length === 0 ? [] : ['', 'to be looked at:', ...noted];
}
