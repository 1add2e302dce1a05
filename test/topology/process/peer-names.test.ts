/** Names of services where a host stands. */
import { expect, it } from 'vitest';
import type { ComposeService } from '../../../src/topology/compose-file/service.ts';
import { namePeers, peersOf } from '../../../src/topology/process/peer-names.ts';

const service = (name: string, more: Partial<ComposeService> = {}) =>
  ({ name, names: [], links: [], ...more }) as unknown as ComposeService;
const services = [
  service('web', { links: [{ service: 'api', name: 'backend' }] }),
  service('api', { names: ['api.internal'] }),
  service('api-cache'),
];
const place = (id: string, of: string, address: string) => ({ id, service: of, number: 1, ports: [], address });
const placed = [
  place('web-1', 'web', '127.0.0.1'),
  place('api-1', 'api', '127.0.0.2'),
  place('api-2', 'api', '127.0.0.3'),
  place('api-cache-1', 'api-cache', '127.0.0.4'),
];
const peers = peersOf(placed[0]!, services, placed);

it.each([
  ['URL', 'http://api:8080/v1', 'http://127.0.0.2:8080/v1'],
  ['URL', 'https://api/v1?x=api', 'https://127.0.0.2/v1?x=api'],
  ['URL', 'http://user:pw@api.internal:80', 'http://user:pw@127.0.0.2:80'],
  ['LIST', 'api:8080,api-cache:9000;api:81', '127.0.0.2:8080,127.0.0.4:9000;127.0.0.2:81'],
  ['GRPC', 'dns:///backend:50051', 'dns:///127.0.0.2:50051'],
  ['DSN', 'root@tcp(api:3306)/api', 'root@tcp(127.0.0.2:3306)/api'],
  ['SELF', 'web:8080', '127.0.0.1:8080'],
  ['API_HOST', 'api', '127.0.0.2'],
  ['SERVICE_NAME', 'api', 'api'],
  [
    'PATH_',
    '/api:8080 my-api:8080 api.example:80 xapi:80 http://apis/',
    '/api:8080 my-api:8080 api.example:80 xapi:80 http://apis/',
  ],
])('%s=%s becomes %s', (name, value, expected) => {
  expect(namePeers({ [name]: value }, [], peers).env).toEqual({ [name]: expected });
});

it('arguments too, and each change is told without the value, and how many replicas are left out', () => {
  const { args, warnings } = namePeers(
    { CACHE: 'http://u:secret@api-cache:80' },
    ['-up=http://api:8080', '-name', 'api'],
    peers,
  );
  expect(args).toEqual(['-up=http://127.0.0.2:8080', '-name', 'api']);
  expect(warnings).toEqual([
    'its CACHE names api-cache, which is 127.0.0.4 here',
    'its argument -up names api, which is 127.0.0.2 here; all its requests go to api-1, where Docker would spread connections over 2 replicas',
  ]);
});
