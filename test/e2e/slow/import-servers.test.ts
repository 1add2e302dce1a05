/** Logs that Debian's nginx and Apache wrote in each of their formats, imported and sent to a server that counts: the same requests come, with the same answers. */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, readResult, workDirectory } from '../../helpers/cli.ts';
import { describeWith } from '../../helpers/programs.ts';
import { answers, strangersIn } from '../../helpers/strangers.ts';

/** Methods and targets as clients write them, with what servers have to escape in a log. */
const asked: readonly (readonly [method: string, target: string])[] = [
  ...Array.from({ length: 40 }, (_, nth) => ['GET', `/users/${nth % 13}`] as const),
  ...Array.from({ length: 20 }, (_, nth) => ['GET', `/find?q=${nth}&sort=a%20b`] as const),
  ...Array.from({ length: 10 }, (_, nth) => ['GET', `/missing/${nth}`] as const),
  ...Array.from({ length: 6 }, (_, nth) => ['GET', `/moved/${nth % 2}`] as const),
  ...Array.from({ length: 8 }, (_, nth) => ['POST', `/orders/${nth}`] as const),
  ...Array.from({ length: 5 }, () => ['HEAD', '/'] as const),
  ...Array.from({ length: 3 }, () => ['GET', '/'] as const),
  ['GET', '/say?q="quoted"'],
  ['GET', '/say?q=back\\slash'],
  ['GET', '/say?q=\xc3\xa9'],
  ['GET', '/say?q=[1]|{2}'],
  ['GET', "/say?q=it's"],
  ['GET', '/a//b'],
  ['GET', '/caf%C3%A9?x=%2F'],
  ['GET', '/ends?'],
];

/** Asks one thing after the other over connections of their own, byte for byte, and gives the status of each. */
async function traffic(address: string, port: number): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  for (const [method, target] of asked) {
    const socket = connect(port, address);
    const length = method === 'POST' ? 'Content-Length: 0\r\n' : '';
    socket.end(
      Buffer.from(
        `${method} ${target} HTTP/1.1\r\nHost: shop.example:${port}\r\n${length}Connection: close\r\n\r\n`,
        'latin1',
      ),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    statuses.set(
      `${method} ${target}`,
      Number(/^HTTP\/1\.1 (\d+)/.exec(Buffer.concat(chunks).toString('latin1'))?.[1]),
    );
    await sleep(2);
  }
  return statuses;
}

interface Counter {
  readonly server: Server;
  readonly port: number;
  readonly counts: Map<string, number>;
}

/** A server that answers as the logged one did, and counts by method, target and status. */
async function startCounter(statuses: ReadonlyMap<string, number>): Promise<Counter> {
  const counts = new Map<string, number>();
  const written = new Map([...statuses].map(([key, status]) => [percentEncoded(key), status]));
  const server = createServer((request, response) => {
    const key = percentEncoded(`${request.method} ${request.url}`);
    const status = written.get(key) ?? 599;
    counts.set(`${key} ${status}`, (counts.get(`${key} ${status}`) ?? 0) + 1);
    response.writeHead(status, status === 301 ? { Location: '/there' } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, counts };
}

/** What is not ASCII goes out percent-encoded. */
function percentEncoded(text: string): string {
  return text.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

function wanted(statuses: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [method, target] of asked) {
    const key = percentEncoded(`${method} ${target}`);
    const counted = `${key} ${statuses.get(`${method} ${target}`)}`;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }
  return counts;
}

interface LoggedFormat {
  readonly port: number;
  /** As the configuration of the server has it; without it the log is recognised by its lines. */
  readonly said?: string;
  /** What `import` calls it. */
  readonly name: RegExp;
}

const nginxFormats: Readonly<Record<string, LoggedFormat & { readonly written?: string }>> = {
  combined: { port: 8101, name: /nginx or Apache, combined/ },
  vhost: {
    port: 8102,
    written:
      '$host:$server_port $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
    name: /vhost_combined/,
  },
  timed: {
    port: 8103,
    written: '$remote_addr [$time_iso8601] "$request" $status $request_time',
    said: '$remote_addr [$time_iso8601] "$request" $status $request_time',
    name: /nginx, its log_format/,
  },
  json: {
    port: 8104,
    written:
      'escape=json {"time":"$time_iso8601","msec":"$msec","request_method":"$request_method","request_uri":"$request_uri","status":$status,"request_time":$request_time,"host":"$host"}',
    name: /^JSON/m,
  },
  unescaped: {
    port: 8106,
    written: '{"time_local":"$time_local","request":"$request","status":"$status"}',
    name: /^JSON/m,
  },
  line: {
    port: 8105,
    written:
      'escape=json {"time_local":"$time_local","request":"$request","status":"$status","request_time":"$request_time"}',
    name: /^JSON/m,
  },
};

const nginxAddress = '127.63.0.32';

function nginxConf(directory: string): string {
  const named = Object.entries(nginxFormats);
  const quoted = (text: string) => {
    const [, escaping = '', format = ''] = /^(escape=\w+ )?(.*)$/.exec(text) ?? [];
    return `${escaping}'${format}'`;
  };
  return `daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log ${directory}/nginx-error.log;
events {}
http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `  ${each}_temp_path ${directory}/${each};`).join('\n')}
${named.flatMap(([name, { written }]) => (written === undefined ? [] : [`  log_format ${name} ${quoted(written)};`])).join('\n')}
${named
  .map(
    ([name, { port }]) => `  server {
    listen ${nginxAddress}:${port};
    merge_slashes off;
    access_log ${directory}/nginx-${name}.log ${name};
    location /up { access_log off; return 200; }
    location /missing/ { return 404; }
    location /moved/ { return 301 /there; }
    location /orders/ { return 201; }
    location / { return 200 "ok"; }
  }`,
  )
  .join('\n')}
}
`;
}

/** Imports a log, replays it, and holds what came against what was asked. */
async function replay(
  directory: string,
  log: string,
  statuses: ReadonlyMap<string, number>,
  { said, name }: LoggedFormat,
): Promise<void> {
  const { server, port, counts } = await startCounter(statuses);
  try {
    const url = `http://127.0.0.1:${port}`;
    const out = `${log}.yaml`;
    const words = [
      'import',
      log,
      '--url',
      url,
      '--out',
      out,
      '--unsafe',
      ...(said === undefined ? [] : ['--format', said]),
    ];
    const imported = await cli(words, directory);
    expect(imported).toMatchObject({ code: 0 });
    expect(imported.stdout).toMatch(name);
    const run = await cli(['run', out, '--out', `${log}-run`, '--set', 'load.idle=0s'], directory);
    expect(run.stderr).not.toContain('Error');
    expect(counts).toEqual(wanted(statuses));
    const { steps, slo } = readResult(join(directory, `${log}-run`));
    expect(steps.reduce((sum, { load }) => sum + load.planned, 0)).toBe(asked.length);
    expect(slo.map(({ outcome }) => outcome)).toEqual(['pass']);
  } finally {
    server.close();
  }
}

describeWith('nginx', 'a log of nginx', (nginx) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  beforeAll(async () => {
    writeFileSync(join(directory, 'nginx.conf'), nginxConf(directory));
    strangers.start('nginx.log', nginx, [
      '-p',
      directory,
      '-c',
      join(directory, 'nginx.conf'),
      '-e',
      join(directory, 'nginx-error.log'),
    ]);
    await answers(`http://${nginxAddress}:8101/up`);
  });
  afterAll(() => strangers.end());

  it.each(Object.keys(nginxFormats))('in its format %s is sent again to the last request', async (name) => {
    const format = nginxFormats[name];
    if (!format) throw new Error(name);
    const statuses = await traffic(nginxAddress, format.port);
    await replay(directory, `nginx-${name}.log`, statuses, format);
  });
});

const apacheFormats: Readonly<Record<string, LoggedFormat & { readonly written: string }>> = {
  common: { port: 8111, written: '%h %l %u %t "%r" %>s %O', name: /nginx or Apache, common/ },
  combined: {
    port: 8112,
    written: '%h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
    name: /nginx or Apache, combined/,
  },
  vhost_combined: {
    port: 8113,
    written: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
    name: /vhost_combined/,
  },
  timed: { port: 8114, written: '%h %t "%r" %>s %D', said: '%h %t "%r" %>s %D', name: /Apache, its LogFormat/ },
  json: {
    port: 8115,
    written:
      '{"time":"%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t%{%z}t","method":"%m","path":"%U","query":"%q","status":%>s,"host":"%v"}',
    name: /^JSON/m,
  },
};

const apacheAddress = '127.63.0.33';

function httpdConf(directory: string, modules: string): string {
  const loaded = ['mpm_event', 'alias', 'log_config', 'logio', 'setenvif', 'authz_core', 'rewrite'];
  const exists = (name: string) => readable(join(modules, `mod_${name}.so`));
  return `ServerRoot ${directory}
ServerName shop.example
PidFile ${directory}/apache.pid
ErrorLog ${directory}/apache-error.log
DefaultRuntimeDir ${directory}
${loaded
  .filter(exists)
  .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
  .join('\n')}
<Directory />
  Require all granted
</Directory>
MergeSlashes Off
SetEnvIf Request_URI "^/up$" silent
RedirectMatch 404 "^/missing/"
RedirectMatch 301 "^/moved/" "/there"
AliasMatch "^/.*" ${directory}/ok.txt
${Object.entries(apacheFormats)
  .map(
    ([name, { port, written }]) => `Listen ${apacheAddress}:${port}
<VirtualHost ${apacheAddress}:${port}>
  ServerName shop.example
  CustomLog ${directory}/apache-${name}.log "${written.replaceAll('"', '\\"')}" env=!silent
</VirtualHost>`,
  )
  .join('\n')}
`;
}

function readable(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

describeWith('apache2', 'a log of Apache', (apache) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  // Unpacked and not installed, it has its modules and libraries beside it.
  const lib = join(dirname(dirname(realpathSync(apache))), 'lib');
  beforeAll(async () => {
    writeFileSync(join(directory, 'ok.txt'), 'ok');
    writeFileSync(join(directory, 'httpd.conf'), httpdConf(directory, join(lib, 'apache2', 'modules')));
    // -X: one process, which is gone when it is ended.
    const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((triple) => join(lib, triple)).join(':');
    strangers.start('apache.log', apache, ['-X', '-f', join(directory, 'httpd.conf')], {
      LD_LIBRARY_PATH: libraries,
    });
    await answers(`http://${apacheAddress}:8111/up`);
  });
  afterAll(() => strangers.end());

  it.each(Object.keys(apacheFormats))('in its format %s is sent again to the last request', async (name) => {
    const format = apacheFormats[name];
    if (!format) throw new Error(name);
    const statuses = await traffic(apacheAddress, format.port);
    await replay(directory, `apache-${name}.log`, statuses, format);
  });
});
