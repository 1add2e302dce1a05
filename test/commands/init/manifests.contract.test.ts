/** A first scenario for a kustomization that changes its files: the program that applies it says what comes of them. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initCommand } from '../../../src/commands/init/init.ts';
import type { RampartError } from '../../../src/model/errors.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

let folder: string;

const deployment = (name: string) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { template: { spec: { containers: [{ name: a, image: "a:1", ports: [{ containerPort: 8080 }] }] } } }
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  await mkdir(join(folder, 'k8s'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'k8s/kustomization.yaml'), 'namePrefix: dev-\nresources: [api.yaml]\n');
  await writeFile(join(folder, 'k8s/api.yaml'), deployment('api'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs `init` with these programs on PATH, each a line of shell. */
async function init(programs: Readonly<Record<string, string>>) {
  for (const [name, line] of Object.entries(programs)) {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${line}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  }
  const { context, told } = contextOf({ PATH: join(folder, 'bin') }, folder);
  await initCommand.run(argsOf({ out: 'rampart.yaml', 'from-manifests': 'k8s' }), context);
  const { target, topology } = parse(await readFile(join(folder, 'rampart.yaml'), 'utf8'));
  return { target, topology, said: told.stdout };
}

const rendered = `[ "$1" = kustomize ] || exit 9\nwhile read -r line; do echo "$line"; done <<EOF\n${JSON.stringify(parse(deployment('dev-api')))}\nEOF`;

it('names are those that kubectl kustomize gives, and the scenario names the kustomization', async () => {
  const { target, topology, said } = await init({ kubectl: rendered });
  expect(target).toEqual({ service: 'dev-api', port: 8080 });
  expect(topology).toEqual({ engine: 'kubernetes', kustomize: 'k8s' });
  expect(said).toContain('put together by kubectl kustomize');
});

it('what the program complains of is said', async () => {
  const error = (await init({ kustomize: 'echo "no such patch" >&2; exit 1' }).catch(
    (each: unknown) => each,
  )) as RampartError;
  expect(error.code).toBe('init-manifests');
  expect(error.message).toContain('no such patch');
});

it('without either program names are those of the files, which is said', async () => {
  const { target, topology, said } = await init({});
  expect(target).toEqual({ service: 'api', port: 8080 });
  expect(topology).toEqual({ engine: 'kubernetes', kustomize: 'k8s' });
  expect(said).toContain('k8s/kustomization.yaml changes what its files say (namePrefix)');
});
