/** A real S3 server over a directory, which a test may kill and start again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface S3Server {
  /** The variables by which clients find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a bucket; returns its URL. */
  bucket(name: string): string;
  /** Resolves when it takes connections. */
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** A server, not started, whose buckets are folders of a directory. */
export async function createS3Server(versitygw: string, directory: string): Promise<S3Server> {
  const buckets = join(directory, 'buckets');
  mkdirSync(buckets, { recursive: true });
  const port = await freePort();
  const env = {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
  };
  let server: ChildProcess | undefined;
  return {
    env,
    bucket: (name) => {
      mkdirSync(join(buckets, name));
      return `s3://${name}`;
    },
    start: async () => {
      const args = [
        '--access',
        'key',
        '--secret',
        'secret',
        '--port',
        `127.0.0.1:${port}`,
        '--quiet',
        'posix',
        buckets,
      ];
      const started = spawn(versitygw, args, { cwd: directory, env: { HOME: directory }, stdio: 'ignore' });
      server = started;
      while (!(await answers(port))) {
        if (started.exitCode !== null) throw new Error(`${versitygw} ${args.join(' ')} ended with ${started.exitCode}`);
        await delay(20);
      }
    },
    kill: async () => {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
