/** Ways by which a request comes to a workload: Services, and what routes to Services from outside; pure. */
import type { ManifestObject } from './documents.ts';
import { type Fields, fieldsOf, mapsOf, portOf, textMapOf, textOf } from './values.ts';
import type { Workload } from './workloads.ts';

/** A Service with the workload that its selector takes. */
export interface ServiceObject {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

/** A port of a Service. */
export interface ServicePort {
  readonly number: number;
  /** Its own name and what it says to speak, which tell what it is for. */
  readonly name: string | undefined;
  readonly protocol: string | undefined;
  /** Number or name of the port of the pod. */
  readonly target: string;
}

/** A route from outside to a Service. */
export interface Route {
  /** `Ingress shop`. */
  readonly by: string;
  readonly service: string;
  /** Number or name of the Service's port; undefined where the route names none. */
  readonly port: string | undefined;
  readonly path: string;
  /** Whether a request for the path itself goes there, and not only what an expression takes. */
  readonly isLiteral: boolean;
  readonly host: string | undefined;
}

/** The Service that an object is. */
export function serviceOf({ kind, group, name, namespace, labels, spec }: ManifestObject): ServiceObject | undefined {
  if (kind !== 'Service' || group !== '') return undefined;
  return {
    name,
    namespace,
    type: textOf(spec['type']) ?? 'ClusterIP',
    labels,
    selector: textMapOf(spec['selector']),
    ports: mapsOf(spec['ports']).flatMap((port) => {
      const number = portOf(port['port']);
      const isTcp = (textOf(port['protocol']) ?? 'TCP').toUpperCase() === 'TCP';
      if (number === undefined || !isTcp) return [];
      const target = textOf(port['targetPort']) ?? String(number);
      return [{ number, name: textOf(port['name']), protocol: textOf(port['appProtocol']), target }];
    }),
  };
}

/** Whether a Service takes the pods of a workload. */
export function selects({ selector, namespace }: ServiceObject, workload: Workload): boolean {
  const wanted = Object.entries(selector);
  const isNear = namespace === undefined || workload.namespace === undefined || namespace === workload.namespace;
  return isNear && wanted.length > 0 && wanted.every(([key, value]) => workload.labels[key] === value);
}

/** The routes that an object makes: Ingress, HTTPRoute and GRPCRoute, VirtualService, IngressRoute, Route, Rollout excepted. */
export function routesOf(object: ManifestObject): Route[] {
  const by = `${object.kind} ${object.name}`;
  return (routers[object.kind]?.(object.spec) ?? []).flatMap((route) =>
    route.service === undefined ? [] : [{ ...route, service: route.service, by }],
  );
}

type Found = Omit<Route, 'by' | 'service'> & { readonly service: string | undefined };

const routers: Readonly<Record<string, (spec: Fields) => Found[]>> = {
  Ingress: (spec) => [
    ...backends(spec['defaultBackend'] ?? spec['backend'], '/', undefined),
    ...mapsOf(spec['rules']).flatMap((rule) =>
      mapsOf(fieldsOf(rule['http'])['paths']).flatMap((path) =>
        backends(path['backend'], textOf(path['path']) ?? '/', textOf(rule['host'])),
      ),
    ),
  ],
  HTTPRoute: (spec) =>
    mapsOf(spec['rules']).flatMap((rule) => {
      const match = fieldsOf(fieldsOf(mapsOf(rule['matches'])[0])['path']);
      const path = textOf(match['value']) ?? '/';
      const isLiteral = textOf(match['type']) !== 'RegularExpression' && isPlainPath(path);
      return mapsOf(rule['backendRefs']).map((to) => ({
        service: textOf(to['name']),
        port: textOf(to['port']),
        path,
        isLiteral,
        host: undefined,
      }));
    }),
  VirtualService: (spec) =>
    mapsOf(spec['http']).flatMap((rule) => {
      const uri = fieldsOf(fieldsOf(mapsOf(rule['match'])[0])['uri']);
      const path = textOf(uri['exact']) ?? textOf(uri['prefix']);
      return mapsOf(rule['route']).map((route) => {
        const to = fieldsOf(route['destination']);
        return {
          service: textOf(to['host'])?.split('.')[0],
          port: textOf(fieldsOf(to['port'])['number']),
          path: path ?? '/',
          isLiteral: uri['regex'] === undefined && isPlainPath(path ?? '/'),
          host: undefined,
        };
      });
    }),
  IngressRoute: (spec) =>
    mapsOf(spec['routes']).flatMap((route) => {
      const path = /Path(?:Prefix)?\(`([^`]*)`\)/.exec(textOf(route['match']) ?? '')?.[1] ?? '/';
      return mapsOf(route['services']).map((to) => ({
        service: textOf(to['name']),
        port: textOf(to['port']),
        path,
        isLiteral: isPlainPath(path),
        host: undefined,
      }));
    }),
  Route: (spec) => {
    const path = textOf(spec['path']) ?? '/';
    const port = textOf(fieldsOf(spec['port'])['targetPort']);
    return [
      {
        service: textOf(fieldsOf(spec['to'])['name']),
        port,
        path,
        isLiteral: isPlainPath(path),
        host: textOf(spec['host']),
      },
    ];
  },
};

/** As networking.k8s.io/v1 writes it, and as v1beta1 did. */
function backends(backend: unknown, path: string, host: string | undefined): Found[] {
  const fields = fieldsOf(backend);
  const service = fieldsOf(fields['service']);
  const name = textOf(service['name']) ?? textOf(fields['serviceName']);
  if (name === undefined) return [];
  const port = fieldsOf(service['port']);
  const named = textOf(port['number']) ?? textOf(port['name']) ?? textOf(fields['servicePort']);
  return [{ service: name, port: named, path, isLiteral: isPlainPath(path), host }];
}

/** nginx takes `/api(/|$)(.*)` and others take `/api/*`; neither is a path to ask for. */
function isPlainPath(path: string): boolean {
  return /^\/[\w\-./~%@:=+,]*$/.test(path);
}
