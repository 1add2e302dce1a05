/** `rampart import`: a scenario made of traffic that was recorded, or of what an API says of itself. */
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { isThere } from '../../host/file-tree.ts';
import { readTextIfAny, writeBytes, writeGzippedText, writeText } from '../../host/files.ts';
import { fileChunks, inflated, inUtf8, peek, readability } from '../../host/input-bytes.ts';
import { isLoopback } from '../../host/loopback.ts';
import { hostOf } from '../../host/user-url.ts';
import { exitCodes, messageOf, RampartError, usageError } from '../../model/errors.ts';
import { known } from '../../registry.ts';
import { loadScenario, type Override } from '../../scenario/load-scenario.ts';
import type { ReadBeside } from '../../traffic/openapi/documents.ts';
import { bodyFileOf, csvText } from '../../traffic/scenario-text.ts';
import type { Command, CommandContext } from '../command.ts';
import { schemaFor } from '../schema-place.ts';
import { written } from '../written.ts';
import { type ImportRequest, importFlags, importRequest } from './flags.ts';
import { importHar } from './import-har.ts';
import { importLogs } from './import-logs.ts';
import { importOpenApi } from './import-openapi.ts';
import type { Imported, ImportPlace, NamedInput } from './imported.ts';
import { headBytes, recognise } from './recognise.ts';

export const importCommand: Command = {
  name: 'import',
  positionals: '[files..]',
  summary: 'Make a scenario of access logs, a HAR file or an OpenAPI document',
  examples: [
    ['rampart import access.log', 'requests and arrivals of an nginx, Apache, Caddy, Traefik or Envoy log'],
    ['rampart import access.log.2.gz access.log.1 --speed 2 --url http://127.0.0.1:8080', 'twice as fast as they came'],
    ['rampart import access.log --rate 200/s --for 60s', 'by weight, at a rate of your own'],
    [
      'rampart import access.log --format \'$remote_addr [$time_local] "$request" $status $request_time\'',
      'a log_format of your own',
    ],
    ['rampart import recording.har --rate 20/s', 'what a browser sent to one host'],
    ['rampart import openapi.yaml --operations orders --url http://127.0.0.1:8080', 'the operations that only ask'],
  ],
  options: importFlags,
  run: async (args, context) => {
    const request = importRequest(args);
    const out = resolve(context.cwd, request.out);
    const shown = relative(context.cwd, out) || request.out;
    if (isThere(out)) throw exists(shown, 'file');
    const inputs = await Promise.all(request.files.map((file) => opened(file, context)));
    const place = {
      name: nameOf(out),
      data: `${nameOf(out)}-data`,
      version: context.version,
      schema: schemaFor(out, context.version),
      readBeside: readBesideFrom(context.cwd),
    };
    const made = await read(inputs, request, place);
    const folder = join(dirname(out), place.data);
    if (hasData(made) && isThere(folder)) throw exists(relative(context.cwd, folder) || place.data, 'folder of data');
    const consent = consentFor(request.url);
    loadScenario({ file: shown, text: made.text, overrides: consent.overrides, known, values: anyValues });
    await written(shown, async () => {
      await writeAll(made, folder);
      await writeText(out, made.text);
    });
    context.show(
      [...made.told, '', `wrote ${shown}; start it with: rampart run ${shown}${consent.flag}`, ''].join('\n'),
    );
    return exitCodes.ok;
  },
};

/** Load to another host needs consent when it is sent: the scenario is checked as if it were given, and does not give it. */
function consentFor(url: string): { readonly overrides: readonly Override[]; readonly flag: string } {
  const host = URL.canParse(url) ? hostOf(url) : '';
  if (host === '' || isLoopback(host)) return { overrides: [], flag: '' };
  return { overrides: [{ flag: '--url', path: ['target', 'allow'], value: [host] }], flag: ` --allow-host ${host}` };
}

/** The scenario is checked before it is known what comes from outside. */
const anyValues = { env: () => 'value', file: () => 'value' };

/** The name of a scenario file without its ending, of letters that a scenario's name may have. */
function nameOf(out: string): string {
  const name = basename(out, extname(out))
    .replace(/[^a-z0-9._-]+/gi, '-')
    .replace(/^[^a-z0-9]+/i, '');
  return name === '' ? 'imported' : name;
}

/** Reads what an API description refers to, from the folder of the file that does. */
function readBesideFrom(cwd: string): ReadBeside {
  return async (path, from) => {
    const file = resolve(cwd, dirname(from), path);
    const text = await readTextIfAny(file).catch(() => undefined);
    return text === undefined ? undefined : { file, text };
  };
}

async function opened(file: string, context: CommandContext): Promise<NamedInput> {
  if (file === '-') return { name: 'stdin', chunks: context.input() };
  const path = resolve(context.cwd, file);
  const words = {
    missing: 'there is no such file',
    directory: 'this is a directory',
    forbidden: 'this file may not be read',
  };
  const what = await readability(path);
  if (what !== 'readable') throw usageError('input-unreadable', `${file}: ${words[what]}`);
  return { name: file, chunks: fileChunks(path) };
}

type Place = ImportPlace & { readonly readBeside: ReadBeside };

/** What the files are, and the scenario of them. */
async function read(inputs: readonly NamedInput[], request: ImportRequest, place: Place): Promise<Imported> {
  try {
    const { first, kind } = await recognised(inputs, request);
    if (kind !== 'har' && kind !== 'openapi' && request.isFlow)
      throw usageError('flag-invalid', '--flow is for HAR files: a log does not say whose requests are whose');
    if (kind !== 'har' && kind !== 'openapi') return await importLogs([first, ...inputs.slice(1)], request, place);
    if (inputs.length > 1) throw usageError('usage', `${first.name}: only access logs may be several files`);
    const wrong = strayFlags(request, kind);
    if (wrong.length > 0) throw usageError('flag-invalid', wrong.join('\n'));
    const text = await wholeText(first);
    return kind === 'har'
      ? importHar(first.name, text, request, place)
      : await importOpenApi(first.name, text, request, place);
  } catch (error) {
    if (error instanceof RampartError) throw error;
    const hint = 'A gzip file that is cut can be read as far as it is whole: zcat FILE | rampart import -';
    throw usageError('input-unreadable', `${inputs.map(({ name }) => name).join(', ')}: ${messageOf(error)}`, hint);
  }
}

/** Flags that would do nothing for a file of this kind. */
function strayFlags({ format, isSpeedGiven, isFlow, operations }: ImportRequest, kind: 'har' | 'openapi'): string[] {
  return [
    ...(kind === 'openapi' && isFlow ? ['--flow is for HAR files: a description has no order'] : []),
    ...(format ? ['--format is for access logs'] : []),
    ...(kind === 'openapi' && isSpeedGiven ? ['--speed is for what was recorded: a description has no times'] : []),
    ...(kind === 'har' && operations.length > 0 ? ['--operations is for OpenAPI documents'] : []),
  ];
}

async function recognised(inputs: readonly NamedInput[], { kind }: ImportRequest) {
  const [input] = inputs;
  if (!input) throw new Error('there is nothing to read');
  const { chunks } = await inUtf8(await inflated(input.chunks));
  const { head, all } = await peek(chunks, headBytes);
  return { first: { name: input.name, chunks: all }, kind: kind ?? recognise(head.toString('utf8')) };
}

const mostBytes = 512 * 1024 * 1024;

async function wholeText({ chunks }: NamedInput): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunks) {
    length += part.length;
    if (length > mostBytes) throw new Error(`it is longer than ${mostBytes / 1024 / 1024} MiB`);
    parts.push(part);
  }
  return Buffer.concat(parts, length).toString('utf8');
}

function exists(shown: string, what: string): RampartError {
  return usageError(
    'import-exists',
    `${shown}: this ${what} exists and is left as it is`,
    'Name another scenario with --out FILE: its data goes into a folder of that name.',
  );
}

/** Whether files go beside the scenario. */
function hasData({ requests, recording }: Imported): boolean {
  return recording !== undefined || requests.some(({ feeder, bodyBytes }) => feeder ?? bodyBytes);
}

async function writeAll({ requests, recording }: Imported, folder: string): Promise<void> {
  for (const { feeder, bodyBytes, name } of requests) {
    if (feeder) await writeText(join(folder, `${feeder.name}.csv`), csvText(feeder));
    if (bodyBytes) await writeBytes(join(folder, bodyFileOf(name)), bodyBytes);
  }
  if (recording) await writeGzippedText(join(folder, recording.file), recording.text);
}
