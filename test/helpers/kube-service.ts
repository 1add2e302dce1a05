/** A service for runs on the test cluster: its pods lie on the network of their node, each with a loopback address of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Its first replicas and their resources, and whatever is to be other in its pods. */
export interface ServiceChoice {
  readonly image: string;
  readonly replicas?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly pod?: Readonly<Record<string, unknown>>;
  readonly container?: Readonly<Record<string, unknown>>;
}

/** Answers at port 8080; WORK_US microseconds of CPU for each request, and CRASH has it print that and exit. */
export const serviceProgram = `package main

import (
	"fmt"
	"hash/fnv"
	"net/http"
	_ "net/http/pprof"
	"os"
	"strconv"
	"time"
)

func main() {
	if text := os.Getenv("CRASH"); text != "" {
		fmt.Fprintln(os.Stderr, text)
		os.Exit(3)
	}
	hash := fnv.New32a()
	fmt.Fprint(hash, os.Getenv("POD_NAME"))
	sum := hash.Sum32()
	work, _ := strconv.Atoi(os.Getenv("WORK_US"))
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		for end := time.Now().Add(time.Duration(work) * time.Microsecond); time.Now().Before(end); {
		}
		fmt.Fprintln(w, "well")
	})
	panic(http.ListenAndServe(fmt.Sprintf("127.98.%d.%d:8080", sum>>8&255, sum&255), nil))
}
`;

/** Its Deployment, as a file in a folder `k8s`. */
export function writeService(directory: string, choice: ServiceChoice): void {
  const { image, replicas = 1, env = {}, pod = {}, container = {} } = choice;
  mkdirSync(join(directory, 'k8s'), { recursive: true });
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          hostNetwork: true,
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'web',
              image,
              imagePullPolicy: 'Never',
              env: [
                { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
                ...Object.entries(env).map(([name, value]) => ({ name, value })),
              ],
              ...container,
            },
          ],
          ...pod,
        },
      },
    },
  };
  writeFileSync(join(directory, 'k8s', 'web.yaml'), JSON.stringify(deployment));
}

/** A scenario that loads it, with more keys on top of it. */
export function writeScenario(directory: string, name: string, more: Readonly<Record<string, unknown>> = {}): string {
  const { topology = {}, ...rest } = more;
  const path = join(directory, `${name}.yaml`);
  const scenario = {
    name,
    topology: { engine: 'kubernetes', manifests: 'k8s/', ...(topology as object) },
    target: { service: 'web', port: 8080 },
    load: {
      request: { path: '/' },
      maxConnections: 50,
      timeout: '2s',
      steps: [{ name: 'only', rate: '50/s', for: '4s' }],
    },
    observe: { containers: '1s' },
    ...rest,
  };
  writeFileSync(path, JSON.stringify(scenario));
  return path;
}
