/** Where a container is asked whether it is well: the routes and ports of its probes; pure. */
import { type Fields, fieldsOf, portOf, textOf, textsOf } from './values.ts';

/** What a probe asks. */
export interface Probe {
  readonly when: 'readiness' | 'liveness' | 'startup';
  readonly speaks: 'http' | 'https' | 'grpc' | 'tcp';
  readonly port: number;
  /** Of HTTP. */
  readonly path: string | undefined;
}

const kinds = [
  ['readinessProbe', 'readiness'],
  ['startupProbe', 'startup'],
  ['livenessProbe', 'liveness'],
] as const;

/** All probes of a container that go to a port; the readiness probe first. `ports` are its own by name. */
export function probesOf(container: Fields, ports: ReadonlyMap<string, number>): Probe[] {
  return kinds.flatMap(([key, when]) => {
    const found = probeOf(fieldsOf(container[key]), ports);
    return found ? [{ when, ...found }] : [];
  });
}

function probeOf(probe: Fields, ports: ReadonlyMap<string, number>): Omit<Probe, 'when'> | undefined {
  const numberOf = (value: unknown) => portOf(value) ?? ports.get(textOf(value) ?? '');
  const http = fieldsOf(probe['httpGet']);
  const port = numberOf(http['port']);
  if (port !== undefined) {
    const path = textOf(http['path']) ?? '/';
    const isTls = textOf(http['scheme'])?.toUpperCase() === 'HTTPS';
    return { speaks: isTls ? 'https' : 'http', port, path: path.startsWith('/') ? path : `/${path}` };
  }
  const grpc = portOf(fieldsOf(probe['grpc'])['port']);
  if (grpc !== undefined) return { speaks: 'grpc', port: grpc, path: undefined };
  const tcp = numberOf(fieldsOf(probe['tcpSocket'])['port']);
  if (tcp !== undefined) return { speaks: 'tcp', port: tcp, path: undefined };
  return commandProbe(textsOf(fieldsOf(probe['exec'])['command']).join(' '));
}

/** What `wget -qO- http://localhost:8080/healthz`, `podcli check http localhost:9898/healthz` and `grpc_health_probe -addr=:50051` ask. */
function commandProbe(command: string): Omit<Probe, 'when'> | undefined {
  const [, scheme, port, path] =
    /(?:\b(https?):\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d{1,5})(\/[^\s"'|;&)]*)?/i.exec(command) ?? [];
  const grpc = /grpc[_-]health[_-]probe.*?:(\d{1,5})/.exec(command)?.[1];
  if (grpc !== undefined) return { speaks: 'grpc', port: Number(grpc), path: undefined };
  const isHttp = scheme !== undefined || /\bhttp\b|curl|wget/.test(command);
  if (port === undefined || !isHttp) return undefined;
  return { speaks: scheme?.toLowerCase() === 'https' ? 'https' : 'http', port: Number(port), path: path ?? '/' };
}
