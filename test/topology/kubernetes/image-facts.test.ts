import { expect, it } from 'vitest';
import { imageFacts } from '../../../src/topology/kubernetes/image-facts.ts';

type Replicas = Parameters<typeof imageFacts>[0];

const replica = (service: string, node?: string, ...imageIds: string[]) => ({
  workload: { service },
  state: () => node && { node, containers: imageIds.map((imageId) => ({ imageId })) },
});

it('says of each service which images its pods have, and where they are', () => {
  const replicas = [
    replica('api', 'b', 'docker-pullable://shop/api@sha256:1', 'proxy@sha256:2'),
    replica('api', 'a', 'shop/api@sha256:1', 'proxy@sha256:2'),
    replica('api'),
    replica('db'),
  ];
  expect(imageFacts(replicas as unknown as Replicas)).toEqual({
    'image of api': 'proxy@sha256:2, shop/api@sha256:1',
    'nodes of api': 'a, b',
  });
});
