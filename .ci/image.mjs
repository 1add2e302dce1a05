// rampart as an image FROM scratch, without a registry and without Docker: this machine's Node, its shared libraries, and the built package.
//
//   node .ci/image.mjs OUT.tar [NAME]     prints NAME:<digest of what is in it>; OUT.tar is as `docker save` writes it
//
// It is for clusters that can pull nothing: `docker load`, `ctr images import`, `kind load image-archive` take it. Elsewhere there is the
// Dockerfile. Two layers: what only a new Node or new dependencies change, and the package.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const architectures = { x64: 'amd64', arm64: 'arm64' };
/** Where the package lies in the image. */
const place = 'usr/lib/rampart';

const [out, name = 'rampart.local/rampart'] = process.argv.slice(2);
if (out === undefined) {
  process.stderr.write('usage: node .ci/image.mjs OUT.tar [NAME]\n');
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), 'rampart-image-'));
try {
  process.stdout.write(`${await makeImage(folder)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function makeImage(work) {
  const layers = [await layerOf(join(work, 'base'), copyBase), await layerOf(join(work, 'package'), copyPackage)];
  const image = join(work, 'image');
  await mkdir(image);
  for (const { tar, digest } of layers) await rename(tar, join(image, `${digest}.tar`));
  const config = JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config: {
      Env: ['PATH=/usr/bin', 'HOME=/tmp'],
      Entrypoint: ['/usr/bin/node', `/${place}/dist/cli.js`],
      Cmd: ['--help'],
      WorkingDir: '/tmp',
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
    history: layers.map(() => ({ created_by: '.ci/image.mjs' })),
  });
  const digest = sha256(config);
  const reference = `${name}:${digest.slice(0, 12)}`;
  const files = layers.map((layer) => `${layer.digest}.tar`);
  await writeFile(join(image, `${digest}.json`), config);
  await writeFile(
    join(image, 'manifest.json'),
    JSON.stringify([{ Config: `${digest}.json`, RepoTags: [reference], Layers: files }]),
  );
  run('tar', ['-C', image, '-cf', join(work, 'out.tar'), 'manifest.json', `${digest}.json`, ...files]);
  await cp(join(work, 'out.tar'), out);
  return reference;
}

/** A layer of what `fill` puts into a folder; the same files make the same digest. */
async function layerOf(from, fill) {
  await mkdir(from);
  await fill(from);
  const tar = `${from}.tar`;
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go+rX'];
  run('tar', ['-C', from, ...same, '-cf', tar, '.']);
  const hash = createHash('sha256');
  await pipeline(createReadStream(tar), hash);
  return { tar, digest: hash.digest('hex') };
}

async function copyBase(to) {
  await mkdir(join(to, 'usr/bin'), { recursive: true });
  await cp(await realpath(process.execPath), join(to, 'usr/bin/node'));
  for (const library of sharedLibraries(process.execPath)) {
    await mkdir(join(to, dirname(library)), { recursive: true });
    await cp(await realpath(library), join(to, library));
  }
  await mkdir(join(to, 'etc'));
  await writeFile(join(to, 'etc/passwd'), 'root:x:0:0:root:/tmp:/\nnobody:x:65534:65534:nobody:/tmp:/\n');
  run('install', ['-d', '-m', '1777', join(to, 'tmp')]);
  const listed = run('npm', ['ls', '--omit=dev', '--all', '--parseable', '--silent'], { cwd: root });
  const modules = listed.split('\n').filter((line) => line.startsWith(`${root}/node_modules/`));
  // One that lies within another comes with it.
  const outer = modules.filter((path) => !modules.some((other) => path.startsWith(`${other}/`)));
  const kept = (path) => !/\.(?:map|md|markdown|d\.[cm]?ts)$/.test(path);
  for (const path of outer) await cp(path, join(to, place, relative(root, path)), { recursive: true, filter: kept });
}

async function copyPackage(to) {
  const at = join(to, place);
  await mkdir(at, { recursive: true });
  const { files } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const wanted = files.filter((file) => !file.startsWith('!'));
  const kept = (path) => !/\.(?:map|png|md)$|_test\.go$/.test(basename(path));
  for (const file of ['package.json', ...wanted])
    await cp(join(root, file), join(at, file), { recursive: true, filter: kept });
}

/** What the dynamic linker would load for a program, itself with them; none for a static one. */
function sharedLibraries(program) {
  const lines = run('ldd', [program]).split('\n');
  return lines.flatMap((line) => /(?:=>\s*|^\s*)(\/\S+)/.exec(line)?.[1] ?? []);
}

function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
