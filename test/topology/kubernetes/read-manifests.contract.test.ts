/** Objects from files, folders, kustomize and helm, with programs that print what they are given. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesUnder } from '../../../src/topology/kubernetes/files-under.ts';
import { objectsIn, readManifests } from '../../../src/topology/kubernetes/read-manifests.ts';

const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rampart-manifests-'));
  await mkdir(join(dir, 'k8s', 'inner'), { recursive: true });
  await mkdir(join(dir, 'bin'));
  await mkdir(join(dir, 'empty'));
  await mkdir(join(dir, 'kustom', 'base'), { recursive: true });
  await writeFile(join(dir, 'k8s', 'b.yml'), `${object('b')}---\n# nothing\n---\n${object('c')}`);
  await writeFile(
    join(dir, 'k8s', 'a.json'),
    JSON.stringify({ kind: 'List', items: [{ kind: 'Secret', metadata: { name: 'a' } }] }),
  );
  await writeFile(join(dir, 'k8s', 'notes.txt'), 'no manifest');
  await writeFile(join(dir, 'k8s', 'inner', 'd.yaml'), object('d'));
  await writeFile(join(dir, 'broken.yaml'), 'kind: [');
  await writeFile(join(dir, 'kustom', 'kustomization.yaml'), 'resources: [base]');
  await writeFile(join(dir, 'kustom', 'base', 'x.yaml'), object('x'));
  await writeFile(join(dir, 'values.yaml'), '');
});
afterAll(() => rm(dir, { recursive: true }));

const named = (paths: readonly string[]) => objectsIn(paths.map((path) => join(dir, path))).map(({ name }) => name);
const signal = new AbortController().signal;
const place = () => ({ env: { PATH: join(dir, 'bin') }, signal });

async function program(name: string, text: string): Promise<void> {
  const file = join(dir, 'bin', name);
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

it('reads files, and folders by the names of their files without those in them', () => {
  expect(named(['k8s'])).toEqual(['a', 'b', 'c']);
  expect(named(['k8s/inner/d.yaml', 'k8s/b.yml'])).toEqual(['d', 'b', 'c']);
});

it('tells everything that cannot be read at once', () => {
  expect(() => named(['none', 'empty', 'kustom', 'broken.yaml'])).toThrow(
    /none is not there\n.*empty has no files with objects[\s\S]*kustom is a kustomization[\s\S]*broken\.yaml:\d+ /,
  );
  expect(() => named(['values.yaml'])).toThrow(/nothing there has a kind/);
});

describe('kustomize', () => {
  const source = () => ({ kind: 'kustomize', folder: join(dir, 'kustom') }) as const;

  it('is wanted where it is not there, and kubectl is not either', async () => {
    await expect(readManifests(source(), place())).rejects.toMatchObject({
      code: 'kube-program',
      message: expect.stringContaining('neither kustomize nor kubectl is here'),
    });
  });

  it('is taken from kubectl, too, and says what it complains of', async () => {
    await program('kubectl', `printf 'kind: ConfigMap\\napiVersion: v1\\nmetadata: { name: "%s" }' "$1"`);
    const { objects, by } = await readManifests(source(), place());
    expect(objects.map(({ name }) => name)).toEqual(['kustomize']);
    expect(by).toBe(`kubectl kustomize ${join(dir, 'kustom')}`);
    await program('kustomize', 'echo no such field >&2; exit 1');
    await expect(readManifests(source(), place())).rejects.toThrow(/kustomize build .* failed\n {4}\| no such field/);
  });
});

it('gives helm the files and values of a chart, each value as it is written', async () => {
  const helm = { chart: '/c', values: ['/v.yaml'], set: { tag: '1.10', on: 'true', n: '7' }, release: 'shop' };
  const source = { kind: 'helm', helm } as const;
  await expect(readManifests(source, place())).rejects.toThrow(/helm is not here/);
  await program(
    'helm',
    `printf 'kind: ConfigMap\\napiVersion: v1\\nmetadata: { name: a }\\ndata:\\n  args: >-\\n    %s' "$*"`,
  );
  const { objects } = await readManifests(source, {
    ...place(),
    env: { PATH: `${join(dir, 'bin')}${delimiter}/usr/bin` },
  });
  expect(objects[0]?.whole['data']).toEqual({
    args: 'template shop /c --values /v.yaml --set-json tag="1.10" --set-json on=true --set-json n=7',
  });
});

it('knows all files that objects are made of', () => {
  expect(filesUnder({ kind: 'files', files: [join(dir, 'k8s')] })).toEqual([
    join(dir, 'k8s/a.json'),
    join(dir, 'k8s/b.yml'),
  ]);
  expect(filesUnder({ kind: 'kustomize', folder: join(dir, 'kustom') })).toEqual([
    join(dir, 'kustom/base/x.yaml'),
    join(dir, 'kustom/kustomization.yaml'),
  ]);
});
