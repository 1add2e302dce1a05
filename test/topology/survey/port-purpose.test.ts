/** Which of several ports takes HTTP load, by what the compose file says of them. */
import { expect, it } from 'vitest';
import { judgePorts, type PortEvidence } from '../../../src/topology/survey/port-purpose.ts';

const nothing: PortEvidence = { environment: {}, words: [], labels: {}, names: new Map(), peers: ['users', 'db'] };

it.each<[number[], Partial<PortEvidence>, string[]]>([
  [[8081, 8080], { environment: { GRPC_PORT: '8081', HTTP_PORT: '8080' } }, ['8080 http', '8081 grpc']],
  [[9090, 8000], { environment: { METRICS_ADDR: ':9090' } }, ['8000 unknown', '9090 metrics']],
  [[7000], { environment: { LISTEN: '0.0.0.0:7000' } }, ['7000 http']],
  [[5432], {}, ['5432 none']],
  [[50051, 9000], {}, ['9000 unknown', '50051 grpc']],
  [[443, 80], {}, ['80 unknown', '443 https']],
  [[2345, 4000], { words: ['dlv', '--listen=:2345', '--', '/app', '-http', ':4000'] }, ['4000 http', '2345 http']],
  [[9000, 3000], { environment: { USERS_HTTP_ADDR: 'users:9000', PORT: '3000' } }, ['3000 http', '9000 unknown']],
  [
    [8080, 8081],
    { environment: { HTTP_PORT: '8080', HEALTH_PORT: '8080', ADMIN_PORT: '8081' } },
    ['8080 http', '8081 admin'],
  ],
  [
    [8080, 8081],
    {
      names: new Map([
        [8080, 'grpc'],
        [8081, 'web http'],
      ]),
    },
    ['8081 http', '8080 grpc'],
  ],
  [[6060, 8085], {}, ['8085 unknown', '6060 metrics']],
  [
    [8082, 8083],
    { labels: { 'traefik.http.services.x.loadbalancer.server.port': '8083' } },
    ['8083 http', '8082 unknown'],
  ],
])('%j with %j is %j', (ports, evidence, judged) => {
  const found = judgePorts(ports, { ...nothing, ...evidence });
  expect(found.map(({ port, purpose }) => `${port} ${purpose}`)).toEqual(judged);
});
