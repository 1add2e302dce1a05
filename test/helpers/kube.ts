/**
 * Tests that need a Kubernetes cluster: skipped loudly where none answers, failed where one is required. KUBECONFIG names the cluster, and
 * RAMPART_KUBE_LOAD a command that puts an image archive (as `docker save` writes it, its last argument) into every node of it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import type { KubeCluster, KubeObject } from '../../src/host/kube/cluster.ts';
import { connectKube } from '../../src/host/kube/connect.ts';

const run = promisify(execFile);
const reason = await whyNoKube();

/** Whether there is a cluster to test with. */
export const hasKube = reason === undefined;

/** `describe` of something that needs a cluster. */
export function describeWithKube(title: string, body: () => void): void {
  if (reason !== undefined) {
    if (process.env.RAMPART_REQUIRE_KUBE) throw new Error(`RAMPART_REQUIRE_KUBE is set, but ${reason}`);
    sayUntested(title, reason);
  }
  describe.skipIf(reason !== undefined)(title, body);
}

/** Says what a cluster is there for and is not tested, as it lacks something more. */
export function sayUntested(title: string, reason: string): void {
  console.warn(`\n*** SKIPPED, not tested: ${title} (${reason}) ***\n`);
}

async function whyNoKube(): Promise<string | undefined> {
  if (!process.env.RAMPART_KUBE_LOAD) return 'RAMPART_KUBE_LOAD names no command that loads images';
  try {
    const cluster = await testCluster();
    await cluster.version(process.env.RAMPART_REQUIRE_KUBE ? 60_000 : 5000);
    cluster.close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The cluster of the environment. */
export function testCluster(): Promise<KubeCluster> {
  return connectKube({ env: process.env });
}

/** Builds a Go program of one file and loads it as an image that holds nothing else; returns the image's name. */
export async function loadGoText(name: string, text: string): Promise<string> {
  return await loadRoot(name, (root) => buildGoText(text, join(root, 'program')));
}

/** The same with a shell beside it, this machine's own. */
export async function loadGoTextWithShell(name: string, text: string): Promise<string> {
  return await loadRoot(name, async (root) => {
    await buildGoText(text, join(root, 'program'));
    const shell = await realpath('/bin/sh');
    const { stdout } = await run('ldd', [shell]);
    const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
    for (const [from, to] of [[shell, '/bin/sh'] as const, ...libraries.map((path) => [path, path] as const)]) {
      await mkdir(join(root, dirname(to)), { recursive: true });
      await copyFile(from, join(root, to));
    }
  });
}

async function buildGoText(text: string, binary: string): Promise<void> {
  const source = await mkdtemp(join(tmpdir(), 'rampart-source-'));
  try {
    await writeFile(join(source, 'go.mod'), 'module program\n\ngo 1.21\n');
    await writeFile(join(source, 'main.go'), text);
    await run('go', ['build', '-o', binary, '.'], { cwd: source, env: { ...process.env, CGO_ENABLED: '0' } });
  } finally {
    await rm(source, { recursive: true });
  }
}

/** Loads an image FROM scratch of a folder that `fill` fills; what it runs is `program` in its root. */
async function loadRoot(name: string, fill: (root: string) => Promise<void>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'rampart-image-'));
  try {
    const root = join(dir, 'root');
    await mkdir(root);
    await fill(root);
    const archive = join(dir, 'image.tar');
    await writeImageArchive(name, root, archive);
    await loadArchive(archive);
    return name;
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Puts an image archive into every node. */
export async function loadArchive(archive: string): Promise<void> {
  await run('sh', ['-c', `${process.env.RAMPART_KUBE_LOAD} "$0"`, archive]);
}

/** An image of one layer, as `docker save` writes it. */
async function writeImageArchive(name: string, root: string, archive: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'rampart-archive-'));
  try {
    const layer = join(dir, 'layer.tar');
    await run('tar', ['-cf', layer, '--owner=0', '--group=0', '-C', root, '.']);
    const diff = createHash('sha256')
      .update(await readFile(layer))
      .digest('hex');
    const config = JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint: ['/program'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${diff}`] },
      history: [{ created: '1970-01-01T00:00:00Z' }],
    });
    const id = createHash('sha256').update(config).digest('hex');
    await writeFile(join(dir, `${id}.json`), config);
    const manifest = [{ Config: `${id}.json`, RepoTags: [name], Layers: ['layer.tar'] }];
    await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', ['-cf', archive, '-C', dir, 'manifest.json', `${id}.json`, 'layer.tar']);
  } finally {
    await rm(dir, { recursive: true });
  }
}

let namespaces = 0;

/** A namespace of its own for the body, removed after it. */
export async function withNamespace<T>(cluster: KubeCluster, body: (namespace: string) => Promise<T>): Promise<T> {
  namespaces += 1;
  const name = `test-${process.pid}-${namespaces}`;
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  try {
    return await body(name);
  } finally {
    await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name });
  }
}

/** A pod that runs one container of an image, as a cluster without a network of pods needs it. */
export function podOf(
  namespace: string,
  name: string,
  image: string,
  container: Readonly<Record<string, unknown>> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      hostNetwork: true,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image, ...container }],
    },
  };
}

/** Namespaces of runs on the cluster that have this in their names: that of a scenario, or the mark of its directory. */
export async function namespacesOf(cluster: KubeCluster, mark: string): Promise<string[]> {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Namespace' }, { labels: 'dev.rampart.run' });
  return items.map(({ metadata }) => metadata.name).filter((name) => name.includes(mark));
}
