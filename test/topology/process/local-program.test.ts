/** From a Dockerfile and a service to a local process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goArch } from '../../../src/host/machine.ts';
import type { ComposeService } from '../../../src/topology/compose-file/service.ts';
import type { ServiceHints } from '../../../src/topology/compose-file/service-labels.ts';
import { readServiceImage } from '../../../src/topology/image/service-image.ts';
import { findProgram } from '../../../src/topology/process/local-program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-image-'));
  for (const path of ['go.mod', 'cmd/api/main.go', 'cmd/job/main.go', 'web/index.html', 'conf/app.yaml', 'start.sh']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path === 'start.sh' ? '#!/bin/sh\n' : '');
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Asked {
  readonly service?: Partial<ComposeService>;
  readonly hints?: ServiceHints;
  readonly user?: Record<string, string>;
  readonly args?: Record<string, string>;
  readonly target?: string;
}

function look(dockerfile: string, { service, hints = {}, user = {}, args = {}, target }: Asked = {}) {
  const build = { context: '.', dockerfileInline: dockerfile, target, args: new Map(Object.entries(args)) };
  const whole = { name: 'api', binds: [], names: [], links: [], build, ...service } as unknown as ComposeService;
  return findProgram({ service: whole, image: readServiceImage(build, folder), hints, env: {}, user, folder });
}

function programOf(dockerfile: string, asked?: Asked) {
  const found = look(dockerfile, asked);
  if (!('program' in found)) throw new Error(found.reasons.join('\n'));
  const { build, ...rest } = found.program;
  const at = (path: string | undefined) => path?.replace(folder, '.');
  return {
    ...rest,
    cwd: at(rest.cwd),
    build: build && { ...build, context: at(build.context) },
    args: rest.args.map(at),
  };
}

function reasonsOf(dockerfile: string, asked?: Asked) {
  const found = look(dockerfile, asked);
  return 'reasons' in found ? found.reasons.join('\n') : 'none';
}

const two = (build: string, end = 'CMD ["/app/api", "-x"]') => `FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
${build}
FROM alpine
COPY --from=build /out/ /app/
WORKDIR /app
${end}`;

describe('the build', () => {
  it('is that of the line which makes the program, with its flags and variables', () => {
    const line = `RUN --mount=type=cache,target=/root/.cache CGO_ENABLED=0 GOOS=linux go build -a -tags "netgo osusergo" \\
  -ldflags="-s -w -X main.version=$(git describe)" -trimpath -o /out/api ./cmd/api`;
    expect(programOf(two(line))).toMatchObject({
      build: {
        context: '.',
        packages: ['./cmd/api'],
        flags: ['-tags=netgo osusergo', '-ldflags=-s -w -X main.version=', '-trimpath'],
        env: { CGO_ENABLED: '0', GOOS: 'linux' },
      },
      args: ['-x'],
      warnings: [expect.stringContaining('$(git describe) was taken as empty'), expect.stringContaining('Go 1.26')],
    });
  });

  it.each(['node', 'task', 'gin', 'wait'])(
    'is that of its own Dockerfile, also where a known tool is called %s',
    (name) => {
      const found = programOf(two(`RUN go build -o /out/${name} ./cmd/api`, `ENTRYPOINT ["/app/${name}"]`));
      expect(found.build).toMatchObject({ packages: ['./cmd/api'], binary: name });
    },
  );

  it('is not that of a tool which the image installs', () => {
    const tool =
      'FROM golang:1.26\nWORKDIR /src\nCOPY . .\nRUN go install github.com/air-verse/air@latest\nCMD ["air"]';
    expect(reasonsOf(tool)).toContain('"air" builds and starts the service again');
  });

  it.each([
    [
      'a chain with cd and export',
      'RUN mkdir /out && cd cmd/api && export CGO_ENABLED=1; go build -o /out/api',
      './cmd/api',
      ['.'],
    ],
    ['a folder for several binaries', 'RUN go build -o /out/ ./cmd/...', '.', ['./cmd/...']],
    ['a move', 'RUN go build -o bin ./cmd/api && mv bin /out/api', '.', ['./cmd/api']],
    ['an argument', `ARG CMD=job\nRUN go build -o /out/$CMD ./cmd/\${CMD}`, '.', ['./cmd/api']],
    ['a file list', 'RUN go build -o /out/api cmd/api/*.go', '.', ['./cmd/api']],
    ['a here-document', 'RUN <<EOF\nset -e\ngo build -o /out/api ./cmd/api\nEOF', '.', ['./cmd/api']],
    ['another shell', 'RUN ["sh", "-c", "go build -o /out/api ./cmd/api"]', '.', ['./cmd/api']],
  ])('may stand in %s', (_, line, context, packages) => {
    expect(programOf(two(line), { args: { CMD: 'api' } }).build).toMatchObject({ context, packages, binary: 'api' });
  });

  it('is that of the program which the service starts, of several', () => {
    const text = two('RUN go build -tags a -o /out/api ./cmd/api\nRUN go build -tags b -o /out/job ./cmd/job');
    expect(programOf(text).build).toMatchObject({ packages: ['./cmd/api'], flags: ['-tags=a'] });
    const job = programOf(text, { service: { command: ['./job', '-y'] } });
    expect(job).toMatchObject({ build: { packages: ['./cmd/job'], flags: ['-tags=b'] }, args: ['-y'] });
  });

  it('keeps its flags under the label that names the package', () => {
    const hints = { goPackage: './cmd/job' };
    expect(programOf(two('RUN go build -race -o /out/api ./cmd/api'), { hints }).build).toMatchObject({
      packages: ['./cmd/job'],
      flags: ['-race'],
    });
  });

  it('is found where go install puts it', () => {
    expect(
      programOf(
        'FROM golang AS b\nWORKDIR /s\nCOPY . .\nRUN go install ./cmd/...\nFROM scratch\nCOPY --from=b /go/bin/api /\nENTRYPOINT ["/api"]',
      ).build,
    ).toMatchObject({ context: '.', packages: ['./cmd/...'], binary: 'api' });
  });

  it.each([
    ['files of its stage', 'COPY --from=b /s/go.mod /s/go.sum ./'],
    ['a folder of its stage', 'COPY --from=b /s/web ./'],
    ['a folder that another command made', 'COPY --from=made /certs ./'],
    ['folders of the context', 'COPY web conf ./'],
  ])('is found although %s are copied after the program', (_, copy) => {
    const text = `FROM alpine AS made
RUN make certs
FROM golang:1.26 AS b
WORKDIR /s
COPY . .
RUN go build -tags a -o server cmd/api/main.go
FROM golang:1.26
WORKDIR /app
COPY --from=b /s/server .
${copy}
CMD ["./server"]`;
    expect(programOf(text).build).toMatchObject({ packages: ['cmd/api/main.go'], flags: ['-tags=a'] });
  });

  it('is not that of a program which a file of the same name replaces', () => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/api'), '');
    const text = two('RUN go build -o /out/api ./cmd/api', 'COPY bin/api /app/api\nCMD ["/app/api"]');
    expect(programOf(text).build).toBeUndefined();
  });

  it('is without cgo in an image of Go that has no C compiler, unless the user says otherwise', () => {
    const text = two('RUN go build -o /out/api ./cmd/api').replace('golang:1.26', 'golang:1.26-alpine');
    expect(programOf(text).build?.env).toEqual({ CGO_ENABLED: '0' });
    expect(programOf(text, { user: { CGO_ENABLED: '1' } }).build?.env).toEqual({});
    expect(programOf(text.replace('RUN', 'RUN apk add gcc &&')).build?.env).toEqual({});
  });

  it('is for this machine, and says so', () => {
    const other = goArch === 'arm64' ? 'amd64' : 'arm64';
    const { build, warnings } = programOf(two(`RUN GOARCH=${other} GOFLAGS=-mod=mod go build -o /out/api ./cmd/api`), {
      user: { GOFLAGS: '-v' },
    });
    expect(build?.env).toEqual({ GOFLAGS: '-v -mod=mod' });
    expect(warnings[0]).toContain(`GOARCH=${other}`);
  });
});

describe('a command', () => {
  const built = two('RUN go build -o /out/api ./cmd/api');
  it('of go run is built in the folder that is mounted or copied to its working directory', () => {
    const text = 'FROM golang\nWORKDIR /code\nENV GOFLAGS=-tags=dev\nCMD ["go", "run", "./cmd/job", "-y"]';
    const service = { binds: [{ source: '.', target: '/code' }] };
    expect(programOf(text, { service })).toMatchObject({
      build: { context: '.', packages: ['./cmd/job'], env: { GOFLAGS: '-tags=dev' } },
      args: ['-y'],
      cwd: '.',
    });
  });

  it.each([
    ['that nothing has built', { service: { command: ['/app/other'] } }, /how \/app\/other is built cannot be read/],
    [
      'of another program',
      { hints: { goPackage: './cmd/api' }, service: { command: ['caddy', 'run'] } },
      /"caddy" is not what was built/,
    ],
    ['that watches', { hints: { goPackage: './cmd/api' }, service: { command: ['air'] } }, /"air" builds and starts/],
    ['in a stage that is not there', { target: 'dev' }, /no stage "dev" \(it has: build\)/],
  ])('%s is refused', (_, asked, why) => {
    expect(reasonsOf(built, asked)).toMatch(why);
  });

  it('that is a script of the context is refused, whatever it is called', () => {
    expect(reasonsOf(`${built}\nCOPY start.sh /start\nENTRYPOINT ["/start"]`, { hints: { goPackage: '.' } })).toMatch(
      /"\/start" is a script \(start.sh\)/,
    );
  });

  it('behind a build that cannot be read takes the label, and says what is not known', () => {
    const text = two('RUN make build');
    expect(reasonsOf(text)).toMatch(/how \/app\/api is built cannot be read/);
    const { build, warnings } = programOf(text, { hints: { goPackage: './cmd/api' } });
    expect(build?.packages).toEqual(['./cmd/api']);
    expect(warnings.join()).toContain('built here without flags');
  });

  it('that its image takes ready-made is built from the main package of the context, in a folder that is there', () => {
    const { build, cwd, warnings } = programOf('FROM scratch\nCOPY bin/api /api\nENTRYPOINT ["/api"]');
    expect([build, cwd]).toEqual([undefined, '.']);
    expect(warnings.join()).toContain('takes /api ready-made from bin/api; it was built here without flags');
  });

  it('whose Dockerfile is named and not there is refused, unless the label says what to build', () => {
    const service = { name: 'api', binds: [], names: [], links: [] } as unknown as ComposeService;
    const image = readServiceImage({ context: '.', dockerfile: 'Dockerfile.none', args: new Map() }, folder);
    const rest = { service, image, env: {}, user: {}, folder };
    expect(findProgram({ ...rest, hints: {} })).toMatchObject({
      reasons: [expect.stringContaining('its Dockerfile cannot be read')],
    });
    expect(findProgram({ ...rest, hints: { goPackage: './cmd/api' } })).toMatchObject({
      program: {
        build: { packages: ['./cmd/api'] },
        warnings: [expect.stringContaining('what its image would set is not known')],
      },
    });
  });

  it('gives way to the label with arguments', () => {
    const asked = { hints: { goPackage: './cmd/api', goArgs: ['-z'] }, service: { command: ['air'] } };
    expect(programOf(built, asked)).toMatchObject({ args: ['-z'], build: { packages: ['./cmd/api'] } });
  });
});

describe('the files of an image', () => {
  it('are found by relative paths where their folders lie alike; arguments that name one name it here; the others are told', () => {
    const text = two(
      'RUN go build -o /out/api ./cmd/api',
      'COPY web /app/web\nCOPY conf/app.yaml /etc/api/\nCMD ["/app/api", "-c=/etc/api/app.yaml"]',
    );
    const { cwd, args, warnings } = programOf(text);
    expect({ cwd, args }).toEqual({ cwd: '.', args: ['-c=./conf/app.yaml'] });
    expect(warnings.join('\n')).toContain('files of its image are not where it may look for them: /etc/api/app.yaml');
    expect(warnings.join('\n')).toContain('its argument -c=/etc/api/app.yaml became -c=');
    expect(warnings.join('\n')).not.toContain('/app/web');
  });
});
