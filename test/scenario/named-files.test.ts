import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { knownWith } from '../helpers/known-kinds.ts';

const text = `name: files
topology:
  compose: [compose.yaml, /etc/prod.yaml]
  overlays: [extra/overlay.yaml]
target: { socket: api.sock, tls: { ca: pki/ca.pem, cert: pki/cert.pem, key: /etc/key.pem } }
load:
  feeders: { user: { csv: users.csv }, item: { json: data/items.json } }
  requests:
    - { name: one, path: '/\${user.id}' }
    - { name: two, method: POST, path: /, bodyFile: two.json }
  steps: [{ rate: 200/s, for: 5s }]
variants:
  old: { overlays: [old.yaml] }
  new: { env: { api: { GOGC: '50' } } }
`;

const source = { file: 'files.yaml', overrides: [], known: knownWith() };

describe('paths of a scenario that lies in a folder', () => {
  const { scenario, text: written } = loadScenario({ ...source, text, folder: '/home/shop' });

  it('are absolute, each that names a file and nothing else', () => {
    expect(scenario).toMatchObject({
      topology: {
        compose: '/home/shop/compose.yaml',
        composeFiles: ['/home/shop/compose.yaml', '/etc/prod.yaml'],
        overlays: ['/home/shop/extra/overlay.yaml'],
      },
      target: {
        socket: '/home/shop/api.sock',
        tls: { ca: '/home/shop/pki/ca.pem', cert: '/home/shop/pki/cert.pem', key: '/etc/key.pem' },
      },
      load: {
        requests: [{ name: 'one' }, { bodyFile: '/home/shop/two.json' }],
        feeders: { user: { file: '/home/shop/users.csv' }, item: { file: '/home/shop/data/items.json' } },
      },
      variants: { old: { overlays: ['/home/shop/old.yaml'] } },
    });
    expect(scenario.load.requests[0]).not.toHaveProperty('bodyFile');
    expect(scenario.variants?.['new']).not.toHaveProperty('overlays');
  });

  it('stand in its text as well, which gives the same scenario wherever it lies', () => {
    expect(loadScenario({ ...source, text: written, folder: '/elsewhere' }).scenario).toEqual(scenario);
    expect(loadScenario({ ...source, text: written }).scenario).toEqual(scenario);
  });

  it('stay as they are written without a folder', () => {
    expect(loadScenario({ ...source, text }).scenario.target).toMatchObject({ socket: 'api.sock' });
  });
});
