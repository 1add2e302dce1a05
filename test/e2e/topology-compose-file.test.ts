// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Our reading of compose files held against Docker Compose's own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { parseComposeFile, serviceEnvironment } from '../../src/topology/compose-file/compose-file.ts';
import { readComposeSource } from '../../src/topology/compose-file/sources.ts';
import { commandLines } from '../helpers/command-lines.ts';
import { itWithDocker } from '../helpers/docker.ts';
import { interpolationTable, interpolationVariables } from '../helpers/interpolation-table.ts';

async function inFolder(
  files: Readonly<Record<string, string>>,
  check: (compose: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await check(join(folder, 'compose.yaml'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function environmentByCompose(compose: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout } = await execa('docker', ['compose', '-f', compose, 'config', '--format', 'json'], { env });
  // Compose doubles the dollar signs of what it prints, so that it could be read again.
  const text = stdout.replaceAll('$$', '$');
  return (JSON.parse(text) as { services: { a: { environment: unknown } } }).services.a.environment;
}

async function environmentByRampart(compose: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const file = parseComposeFile(readComposeSource({ compose }), env);
  const [service] = file.services;
  return service && serviceEnvironment(service, file).variables;
}

itWithDocker('interpolates as Docker Compose does', async () => {
  const environment = Object.fromEntries(interpolationTable.map(([template], index) => [`V${index}`, template]));
  const expected = Object.fromEntries(interpolationTable.map(([, value], index) => [`V${index}`, value]));
  const text = JSON.stringify({ services: { a: { image: 'x', environment } } });
  await inFolder({ 'compose.yaml': text }, async (compose) => {
    expect(await environmentByCompose(compose, interpolationVariables)).toEqual(expected);
    expect(await environmentByRampart(compose, interpolationVariables)).toEqual(expected);
  });
});

itWithDocker('reads .env and env_file as Docker Compose does', async () => {
  const variables = { FROM_SHELL: 'shell', BOTH: 'shell' };
  const values = [
    'PLAIN=one two  # comment',
    'export EXPORTED=yes',
    "SINGLE='a $PLAIN # b'",
    'DOUBLE="a ${PLAIN} \\"q\\" # b"',
    'EMPTY=',
    'SPACED = x ',
    'BOTH=file',
    'USES=${FROM_SHELL}-${BOTH}-${NONE:-d}',
    '# comment',
    '',
    'HASH=a#b',
  ].join('\n');
  const names = ['PLAIN', 'EXPORTED', 'SINGLE', 'DOUBLE', 'EMPTY', 'SPACED', 'BOTH', 'USES', 'HASH'];
  const environment = Object.fromEntries(names.map((name) => [`X_${name}`, `\${${name}}`]));
  const service = {
    image: 'x',
    env_file: ['svc.env'],
    environment: { ...environment, FROM_SHELL: null, NOT_SET: null },
  };
  const text = JSON.stringify({ services: { a: service } });
  await inFolder({ 'compose.yaml': text, '.env': values, 'svc.env': values }, async (compose) => {
    const theirs = (await environmentByCompose(compose, variables)) as Record<string, unknown>;
    // Compose prints a name that is set nowhere as null; a process would just not have it.
    delete theirs.NOT_SET;
    expect(await environmentByRampart(compose, variables)).toEqual(theirs);
  });
});

itWithDocker('takes commands apart as Docker Compose does', async () => {
  const services = Object.fromEntries(commandLines.map(([command], index) => [`s${index}`, { image: 'x', command }]));
  await inFolder({ 'compose.yaml': JSON.stringify({ services }) }, async (compose) => {
    const { stdout } = await execa('docker', ['compose', '-f', compose, 'config', '--format', 'json']);
    const theirs = (JSON.parse(stdout) as { services: Record<string, { command: unknown }> }).services;
    const found = commandLines.map(([line], index) => [line, theirs[`s${index}`]?.command]);
    expect(found).toEqual(commandLines);
  });
});
