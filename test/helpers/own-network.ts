/** The command line in a network of its own, in which nothing but loopback is up, and with a hosts file of its own. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliEnd } from './cli.ts';

const root = join(import.meta.dirname, '..', '..');

/** What there is in it, beside a server on port 8080 of all its addresses that notes in `seen` on which of them it was reached. */
export interface OwnNetwork {
  readonly directory: string;
  /** Addresses beyond 127.0.0.1. */
  readonly addresses: readonly string[];
  /** The text of /etc/hosts. */
  readonly hosts: string;
  /** Whether the server closes each connection behind its answer. */
  readonly closes?: boolean;
  /** What /etc/hosts becomes once the server has had so many requests, which only load makes. */
  readonly later?: { readonly afterRequests: number; readonly hosts: string };
}

const server = (closes: boolean, later: OwnNetwork['later']) => `
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
writeFileSync('seen', '');
const seen = new Set();
let requests = 0;
createServer((request, response) => {
  requests += 1;
  if (requests === ${later?.afterRequests ?? -1}) writeFileSync('hosts', ${JSON.stringify(later?.hosts ?? '')});
  const { localAddress } = request.socket;
  if (!seen.has(localAddress)) appendFileSync('seen', localAddress + '\\n');
  seen.add(localAddress);
  response.writeHead(200, ${closes} ? { connection: 'close' } : {}).end('ok');
}).listen(8080, () => writeFileSync('listens', ''));
`;

/** Ends with the command line; needs unshare, ip and the right to use them. */
export function cliInNetwork(args: readonly string[], network: OwnNetwork): Promise<CliEnd> {
  const { directory, addresses, hosts, closes = false, later } = network;
  writeFileSync(join(directory, 'server.mjs'), server(closes, later));
  writeFileSync(join(directory, 'hosts'), hosts);
  const script = [
    'ip link set lo up',
    ...addresses.map((address) => `ip addr add ${address}/32 dev lo`),
    'mount --bind hosts /etc/hosts',
    '"$NODE" server.mjs & server=$!',
    'while [ ! -e listens ]; do sleep 0.05; done',
    '"$NODE" "$CLI" "$@"; code=$?',
    'kill $server; wait; exit $code',
  ].join('\n');
  const child = spawn('unshare', ['--mount', '--net', 'sh', '-c', script, 'sh', ...args], {
    cwd: directory,
    env: { ...process.env, NO_COLOR: '1', NODE: process.execPath, CLI: join(root, 'dist', 'cli.js') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
    });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...out })));
}
