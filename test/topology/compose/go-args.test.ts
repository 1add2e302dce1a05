import { describe, expect, it } from 'vitest';
import { messageOf } from '../../../src/model/errors.ts';
import type { ComposeTopology } from '../../../src/model/topology-spec.ts';
import { withGoArgs } from '../../../src/topology/compose/go-args.ts';
import type { ResolvedBuild, ResolvedProject } from '../../../src/topology/compose/project.ts';

const open = `ARG GO_VERSION=1.26.1-alpine
FROM --platform=$BUILDPLATFORM docker.io/library/golang:\${GO_VERSION} AS build
ARG GOFLAGS GOEXPERIMENT
RUN cd /src && \\
    go build -o /api ./cmd/api
FROM scratch
COPY --from=build /api /api
`;
const shut = 'FROM golang:1.26\nRUN go install ./...\n';
const project: ResolvedProject = {
  services: {
    api: { build: { context: '/src', dockerfile_inline: open, args: { GOFLAGS: '-trimpath' } } },
    web: { build: { context: '/src', dockerfile_inline: 'FROM node:20\nRUN npm run build\n' } },
    db: { image: 'postgres' },
  },
};
const given = (go: ComposeTopology['go'], { images = {}, services = project.services, here = [] as string[] } = {}) =>
  withGoArgs({ services }, { go, images }, new Map(here.map((name) => [name, {} satisfies ResolvedBuild])));
const refusal = (...args: Parameters<typeof given>) => given(...args).then(() => '', messageOf);

describe('an image that takes arguments', () => {
  it('is given toolchain, experiment and flags, and the others are told to stay as they are', async () => {
    const { project, inside, warnings } = await given({
      toolchain: 'go1.27.0',
      experiment: 'nogreenteagc',
      flags: ['-ldflags=-s -w'],
      pgo: 'off',
    });
    expect(project.services['api']?.build?.args).toEqual({
      GO_VERSION: '1.27.0-alpine',
      GOEXPERIMENT: 'nogreenteagc',
      GOFLAGS: "-trimpath '-ldflags=-s -w' -pgo=off",
    });
    expect([...inside.keys()]).toEqual(['api']);
    expect(warnings).toEqual([
      expect.stringMatching(
        /: nothing of web is compiled from Go: its Dockerfile has no go build, so it stays as it is$/,
      ),
      expect.stringMatching(/: nothing of db is compiled from Go: its image is taken as it is, so it stays as it is$/),
    ]);
  });

  it('is left to this machine where that builds it', async () => {
    const { project, inside } = await given({ services: { api: { pgo: '/cpu.pb.gz' } } }, { here: ['api'] });
    expect(project).toEqual({ services: project.services });
    expect(inside.size).toBe(0);
  });

  it('is left alone without settings', async () => {
    expect(await given(undefined)).toEqual({ project, inside: new Map(), warnings: [] });
  });
});

describe('before anything is started', () => {
  it('refuses what cannot reach the compiler, all at once', async () => {
    const services = { api: { build: { context: '/src', dockerfile_inline: shut } } };
    const go = { toolchain: 'go1.27.0', experiment: 'nogreenteagc', flags: ['-race'], pgo: '/p/cpu.pb.gz' };
    expect((await refusal(go, { services })).split('\n')).toEqual([
      expect.stringContaining('go.toolchain: its image compiles with the Go of its base image; with ARG GO_VERSION'),
      'go.experiment: its Dockerfile takes no ARG GOEXPERIMENT before its go build (service api)',
      'go.flags: -race cannot reach its go build: its Dockerfile takes no ARG GOFLAGS (service api)',
      expect.stringContaining('go.pgo: a profile is no part of the build context of its image'),
    ]);
    expect(await refusal({ toolchain: 'go1.27.x' })).toContain('go1.27.x is no tag of that');
  });

  it('refuses settings of a service that is not compiled from Go, and of none that is', async () => {
    expect(await refusal({ services: { db: { pgo: 'off' } } })).toContain(
      'go.services.db: nothing of db is compiled from Go: its image is taken as it is',
    );
    expect(await refusal({ pgo: 'off' }, { images: { api: 'shop/api:1' } })).toContain(
      'go: no service is compiled from Go',
    );
  });
});
