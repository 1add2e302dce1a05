/** Objects of Kubernetes from the text of manifests, for tests. */
import type { KubeObject } from '../../src/host/kube/cluster.ts';
import { type ManifestObject, readManifest } from '../../src/topology/manifest-survey/documents.ts';

/** As a file of this text would be read. */
export function manifests(text: string): readonly ManifestObject[] {
  const { objects, mistakes } = readManifest(text, 'a.yaml');
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return objects;
}

/** The same as plain objects. */
export function kubeObjects(text: string): readonly KubeObject[] {
  return manifests(text).map(({ whole }) => whole as unknown as KubeObject);
}

/** A Deployment of two containers; what is given stands in the one that is called like it. */
export function deployment(name: string, container: Readonly<Record<string, unknown>> = {}): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: 'proxy', image: 'proxy:1' },
            { name, image: `${name}:1`, ...container },
          ],
        },
      },
    },
  };
}
