/** Settings of a variant as the lines to put into a compose file or a Kubernetes manifest. */

/** Settings by path, as a comparison keeps them: `env.api.GOGC`, `scale.api`, `limits.api.cpus`. */
type Settings = Readonly<Record<string, string>>;

interface ServiceSettings {
  readonly env: Record<string, string>;
  readonly buildArgs: Record<string, string>;
  replicas?: string;
  image?: string;
  cpus?: string;
  memoryBytes?: string;
}

/** The settings as a compose overlay; empty when there is nothing that one can say. */
export function composeSnippet(settings: Settings): string {
  const services = byService(settings);
  if (services.size === 0) return '';
  const lines = ['services:'];
  for (const [name, { env, buildArgs, replicas, image, cpus, memoryBytes }] of services) {
    lines.push(`  ${name}:`);
    lines.push(...mapLines(['    build:', '      args:'], buildArgs));
    if (image !== undefined) lines.push(`    image: ${quoted(image)}`);
    lines.push(...mapLines(['    environment:'], env));
    if (replicas !== undefined || cpus !== undefined || memoryBytes !== undefined) lines.push('    deploy:');
    if (replicas !== undefined) lines.push(`      replicas: ${replicas}`);
    if (cpus !== undefined || memoryBytes !== undefined) lines.push('      resources:', '        limits:');
    if (cpus !== undefined) lines.push(`          cpus: ${quoted(cpus)}`);
    if (memoryBytes !== undefined) lines.push(`          memory: ${quoted(memoryBytes)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A map below its key; no lines when it is empty. */
function mapLines(keys: readonly string[], map: Readonly<Record<string, string>>): string[] {
  const indent = ' '.repeat(keys.length * 2 + 4);
  const entries = Object.entries(map).map(([key, value]) => `${indent}${key}: ${quoted(value)}`);
  return entries.length === 0 ? [] : [...keys, ...entries];
}

/** The settings as parts of Kubernetes Deployments, one for each service; empty when there is nothing that they can say. */
export function kubernetesSnippet(settings: Settings): string {
  // What an image is built with is no part of a Deployment.
  const deployed = Object.fromEntries(Object.entries(settings).filter(([path]) => !path.startsWith('buildArgs.')));
  const documents = [...byService(deployed)].map(([name, { env, replicas, image, cpus, memoryBytes }]) => {
    const container = [`        - name: ${name}`];
    if (image !== undefined) container.push(`          image: ${quoted(image)}`);
    if (Object.keys(env).length > 0) container.push('          env:');
    for (const [key, value] of Object.entries(env))
      container.push(`            - { name: ${key}, value: ${quoted(value)} }`);
    const limits = [
      ...(cpus === undefined ? [] : [`cpu: ${quoted(cpus)}`]),
      ...(memoryBytes === undefined ? [] : [`memory: ${quoted(memoryBytes)}`]),
    ];
    if (limits.length > 0) container.push('          resources:', `            limits: { ${limits.join(', ')} }`);
    return [
      'apiVersion: apps/v1',
      'kind: Deployment',
      `metadata: { name: ${name} }`,
      'spec:',
      ...(replicas === undefined ? [] : [`  replicas: ${replicas}`]),
      ...(container.length > 1 ? ['  template:', '    spec:', '      containers:', ...container] : []),
    ].join('\n');
  });
  return documents.length === 0 ? '' : `${documents.join('\n---\n')}\n`;
}

/** The settings of Go builds as the commands that build so, one for all services and one for each that differs; empty without any. */
export function goBuildSnippet(settings: Settings): string {
  const lines = new Map<string, { readonly env: string[]; readonly flags: string[] }>();
  for (const [path, value] of Object.entries(settings)) {
    const [, service = '', kind] =
      /^go\.(?:services\.(.+)\.)?(toolchain|experiment|pgo|flags)(?:\.\d+)?$/.exec(path) ?? [];
    if (kind === undefined) continue;
    const line = lines.get(service) ?? { env: [], flags: [] };
    lines.set(service, line);
    if (kind === 'toolchain') line.env.push(`GOTOOLCHAIN=${value}`);
    else if (kind === 'experiment') line.env.push(`GOEXPERIMENT=${value}`);
    else line.flags.push(shellWord(kind === 'pgo' ? `-pgo=${value}` : value));
  }
  return [...lines]
    .map(
      ([service, { env, flags }]) =>
        `${service === '' ? '' : `# ${service}\n`}${[...env, 'go build', ...flags].join(' ')}\n`,
    )
    .join('');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function byService(settings: Settings): Map<string, ServiceSettings> {
  const services = new Map<string, ServiceSettings>();
  for (const [path, value] of Object.entries(settings)) {
    const [kind = '', service = '', ...rest] = path.split('.');
    if (kind === 'overlays' || kind === 'git' || kind === 'go') continue;
    const own = services.get(service) ?? { env: {}, buildArgs: {} };
    const key = rest.join('.');
    if (kind === 'env') own.env[key] = value;
    else if (kind === 'buildArgs') own.buildArgs[key] = value;
    else if (kind === 'scale') own.replicas = value;
    else if (kind === 'images') own.image = value;
    else if (key === 'cpus') own.cpus = value;
    else if (key === 'memoryBytes') own.memoryBytes = value;
    services.set(service, own);
  }
  return services;
}

/** YAML takes `off`, `1` and `1e3` for something else than text. */
function quoted(value: string): string {
  return JSON.stringify(value);
}
