/** What is said of a kubelet that does not answer. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createKubelets } from '../../../src/host/kube/kubelet.ts';
import { makeCertificate } from '../../helpers/certificate.ts';

it('says of each question which kubelet could not be asked, and asks through the API server again', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'rampart-kubelet-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const { cert, key } = makeCertificate(dir);
  const answers = [200, 500];
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_request, response) => {
    response.writeHead(answers.shift() ?? 200).end('page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;

  const kubeconfig = join(dir, 'config');
  const config = {
    clusters: [{ name: 'c', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': cert } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  let through = 0;
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const cluster = {
    nodeHttp: async () => {
      through++;
      return { status: 403, contentType: '', body: Buffer.from('not allowed') };
    },
    get: async () => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status }),
  };
  const kubelets = createKubelets(cluster, { env: {}, kubeconfig });
  onTestFinished(() => kubelets.close());
  expect((await kubelets.get('n', '/metrics')).status).toBe(200);
  await expect(kubelets.get('n', '/metrics')).rejects.toMatchObject({
    code: 'kube-kubelet',
    message: expect.stringMatching(/^the kubelet of node n cannot be asked: straight to it /),
  });
  expect(through).toBe(1);
  expect((await kubelets.get('n', '/metrics')).status).toBe(200);
  expect(through).toBe(2);
});
