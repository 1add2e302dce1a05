// @ts-check
/**
 * Brings node_modules and dist/ to what package-lock.json and src/ say, and tells what takes long before it begins; silent when there is nothing
 * to install. It runs before any package is there, also on a Node that is too old, so it is plain JavaScript that needs no shell.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepts, lacking } from './installed.mjs';

/** @type {readonly NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const top = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} line */
function tell(line) {
  process.stderr.write(`rampart: ${line}\n`);
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(join(top, file), 'utf8'));
}

/**
 * Runs a program of Node on our own Node, all its output to stderr; a failure ends the setup, and the program has said why. A signal is passed on and
 * then waited for: npm takes back what it has begun, and whoever starts anew meanwhile would be in its way.
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
async function runNode(args) {
  const child = spawn(process.execPath, args, { cwd: top, stdio: ['ignore', 2, 2] });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'close');
  for (const signal of signals) process.removeAllListeners(signal);
  if (code !== 0) process.exit(code ?? 1);
}

function checkNode() {
  const { engines } = readJson('package.json');
  if (accepts(engines.node, process.versions.node)) return;
  tell(`Node ${engines.node} is needed, and this is ${process.versions.node}: https://nodejs.org/en/download`);
  process.exit(1);
}

async function install() {
  const lock = readJson('package-lock.json');
  // npm writes this file last, and takes it away first.
  const record = 'node_modules/.package-lock.json';
  const installed = existsSync(join(top, record)) ? readJson(record) : { packages: {} };
  const missing = lacking(lock, installed, process, (place) => existsSync(join(top, place, 'package.json')));
  if (missing.length === 0) return;
  tell(`installing ${missing.length} packages that are missing or out of date: 10 to 30 s, more over a slow network`);
  // No package needs its install script: what they would compile is optional, and asks for Python and a C++ compiler.
  await runNode([npm(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** The npm that runs this script. */
function npm() {
  const running = process.env.npm_execpath ?? '';
  if (basename(running) === 'npm-cli.js') return running;
  tell('run this as `npm run setup`, so that it installs with that npm');
  process.exit(1);
}

async function build() {
  if (!existsSync(join(top, 'dist', 'cli.js'))) tell('building: 2 to 5 s');
  await runNode([join(top, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']);
}

checkNode();
await install();
await build();
