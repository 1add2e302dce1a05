/** What a run changes in a resolved project, and what it leaves alone. */
import { describe, expect, it } from 'vitest';
import {
  changeProject,
  oneShotServices,
  type ProjectChanges,
  projectReplicas,
  type ResolvedProject,
} from '../../../src/topology/compose/project.ts';

const nothing: ProjectChanges = { scale: {}, env: {}, goDebug: [], labels: {}, builds: new Map() };
const project: ResolvedProject = {
  services: {
    web: {
      image: 'mine:latest',
      build: { context: '/src', target: 'image' },
      environment: { A: 'x$$y', GODEBUG: 'madvdontneed=1' },
      labels: { 'rampart.pprof.port': '6060', 'rampart.metrics.port': '8080' },
      ports: [{ target: 8080 }, { target: 6060, protocol: 'udp' }],
      scale: 2,
    },
    seed: { image: 'seed' },
    db: { image: 'db', depends_on: { seed: { condition: 'service_completed_successfully' } } },
  },
  networks: { default: null, shared: { external: true } },
  volumes: { data: { labels: { own: '1' } } },
};

describe('changeProject', () => {
  it('sets replicas, environment and GODEBUG, with dollar signs as Compose will read them', () => {
    const { web } = changeProject(project, {
      ...nothing,
      scale: { web: 3 },
      env: { web: { B: '$5' } },
      goDebug: ['gctrace=1'],
    }).services;
    expect(web).toMatchObject({
      deploy: { replicas: 3 },
      environment: { A: 'x$$y', B: '$$5', GODEBUG: 'madvdontneed=1,gctrace=1' },
    });
    expect(web).not.toHaveProperty('scale');
  });

  it('takes an image in place of a build, and limits in the one place where Compose wants them', () => {
    const limitedProject: ResolvedProject = {
      services: { ...project.services, db: { image: 'db', cpus: 2, mem_limit: '64m' } },
    };
    const { web, db } = changeProject(limitedProject, {
      ...nothing,
      images: { web: 'other:2' },
      limits: { db: { cpus: 0.5 } },
    }).services;
    expect(web?.image).toBe('other:2');
    expect(web).not.toHaveProperty('build');
    expect(JSON.parse(JSON.stringify(db))).toMatchObject({
      deploy: { replicas: 1, resources: { limits: { cpus: 0.5, memory: '64m' } } },
    });
    expect(db?.cpus).toBeUndefined();
  });

  it('publishes the ports that rampart looks at on loopback, once', () => {
    const { web } = changeProject(project, nothing).services;
    expect(web?.ports).toEqual([
      { target: 8080 },
      { target: 6060, protocol: 'udp' },
      { target: 6060, host_ip: '127.0.0.1', protocol: 'tcp', mode: 'ingress' },
    ]);
  });

  it('labels all it creates, and nothing that belongs to others', () => {
    const changed = changeProject(project, { ...nothing, labels: { run: 'r' } });
    expect(changed.services.db?.labels).toEqual({ run: 'r' });
    expect(changed.networks).toEqual({ default: { labels: { run: 'r' } }, shared: { external: true } });
    expect(changed.volumes).toEqual({ data: { labels: { own: '1', run: 'r' } } });
    expect(changed.services.web?.build?.labels).toEqual({ run: 'r' });
  });

  it('gives a service that is built an image of its own, whoever builds it', () => {
    const builds = new Map([['web', { context: '/staged', target: 'prebuilt', tags: ['mine:1'] }]]);
    for (const [given, build] of [
      [builds, { context: '/staged', target: 'prebuilt' }],
      [new Map(), { context: '/src', target: 'image' }],
    ] as const) {
      const { web } = changeProject(project, { ...nothing, labels: { run: 'r' }, builds: given }).services;
      expect(web).not.toHaveProperty('image');
      expect(web?.build).toEqual({ ...build, labels: { run: 'r' } });
    }
  });

  it('lets services that use what another one builds have what this run has built', () => {
    const shared: ResolvedProject = { name: 'p', services: { ...project.services, job: { image: 'mine:latest' } } };
    const { job, db } = changeProject(shared, nothing).services;
    expect(job?.image).toBe('p-web');
    expect(db?.image).toBe('db');
    const replaced = changeProject(shared, { ...nothing, images: { web: 'other:2' } }).services;
    expect(replaced.job?.image).toBe('mine:latest');
  });
});

it('counts replicas by scenario, then file', () => {
  expect(projectReplicas(project, { db: 0 })).toEqual({ web: 2, seed: 1, db: 0 });
});

it('knows the services that run to their end', () => {
  expect([...oneShotServices(project)]).toEqual(['seed']);
});
