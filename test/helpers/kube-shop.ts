/** Two small Go services for tests on a cluster: one that asks the other, and their manifests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Asks PEER where there is one, answers itself where there is none; exits when it is told to, and at once where FAIL says why. */
export const shopProgram = `package main

import (
	"fmt"
	"io"
	"net/http"
	_ "net/http/pprof"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "first line of", os.Getenv("ADDR"))
	if why := os.Getenv("FAIL"); why != "" {
		fmt.Fprintln(os.Stderr, "cannot start:", why)
		os.Exit(3)
	}
	peer := os.Getenv("PEER")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if peer == "" {
			fmt.Fprintln(w, "hello")
			return
		}
		answer, err := http.Get("http://" + peer + "/")
		if err != nil {
			http.Error(w, err.Error(), 502)
			return
		}
		defer answer.Body.Close()
		io.Copy(w, answer.Body)
	})
	http.HandleFunc("/exit", func(http.ResponseWriter, *http.Request) { os.Exit(7) })
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Getenv("ADDR"), nil))
	os.Exit(2)
}
`;

type Fields = Readonly<Record<string, unknown>>;

/** What differs between tests that run at the same time: loopback addresses. */
export interface ShopPlace {
  readonly image: string;
  /** `127.97.4`, of which the services take .1 and .2. */
  readonly net: string;
}

function deployment(
  name: string,
  { image }: ShopPlace,
  env: Readonly<Record<string, string>>,
  container: Fields,
): Fields {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { 'rampart.pprof.port': 'http' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name,
              image,
              ports: [{ name: 'http', containerPort: 18_080 }],
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ...container,
            },
          ],
        },
      },
    },
  };
}

/** The manifests of both, and a Service before the one that is asked. */
export function shopManifests(place: ShopPlace, container: Fields = {}): readonly Fields[] {
  const { net } = place;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    deployment('back', place, { ADDR: `${net}.1:18080`, GODEBUG: 'madvdontneed=1' }, {}),
    deployment('front', place, { ADDR: `${net}.2:18080`, PEER: `${net}.1:18080` }, container),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'front' }, ports: [{ port: 80, targetPort: 'http' }] },
    },
  ];
}

/** Writes manifests as one file of a folder beside a scenario that runs them; returns the scenario's path. */
export function writeShop(
  directory: string,
  objects: readonly Fields[],
  {
    topology = {},
    seconds = 2,
    target = { service: 'web', port: 80 },
  }: { readonly topology?: Fields; readonly seconds?: number; readonly target?: Fields } = {},
): string {
  mkdirSync(join(directory, 'k8s'), { recursive: true });
  writeFileSync(join(directory, 'k8s', 'shop.yaml'), objects.map((each) => stringify(each)).join('---\n'));
  const scenario = {
    name: directory.split('-').at(-1),
    topology: { manifests: ['k8s'], hostNetwork: true, ...topology },
    target,
    load: { request: { path: '/' }, idle: '0s', steps: [{ name: 'steady', rate: '20/s', for: `${seconds}s` }] },
    observe: { schedtrace: '500ms', gctrace: true, goroutines: '1s', containers: '1s' },
    validity: { maxLagP99: '1s', maxOwnShare: 1, maxLoopShare: 1 },
  };
  const file = join(directory, 'scenario.yaml');
  writeFileSync(file, stringify(scenario));
  return file;
}
