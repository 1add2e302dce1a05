/** What Go builds a service with, as variants: brought up for real, and told in what is written. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { comparisonSchema } from '../../../src/model/comparison.ts';
import { pgoSchema } from '../../../src/model/pgo.ts';
import { cli, leaveNothing, readResult, workDirectory } from '../../helpers/cli.ts';
import { itWithDocker } from '../../helpers/docker.ts';
import { olderToolchain } from '../../helpers/toolchains.ts';

const older = olderToolchain();
const main = `package main

import (
	"fmt"
	"hash/crc32"
	"net/http"
	_ "net/http/pprof"
	"os"
)

var body = make([]byte, 1<<14)

func sum(seed int) (total uint32) {
	for i := range 160 {
		body[0] = byte(seed + i)
		for _, each := range body {
			total = total*31 + uint32(each)
		}
		total ^= crc32.ChecksumIEEE(body)
	}
	return total
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, sum(len(r.URL.Path))) })
	panic(http.ListenAndServe(os.Getenv("LISTEN_ADDR"), nil))
}
`;

let directory: string;
const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
};
const scenario = (variants: string, { engine = 'process', rps = 20, forMs = 1500 } = {}) => `name: go
topology: { compose: compose.yaml, engine: ${engine} }
target: { service: api, port: 8080 }
load:
  idle: 100ms
  steps: [{ name: warm-up, rate: 20/s, for: 500ms, measure: false }, { name: steady, rate: ${rps}/s, for: ${forMs}ms }]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
observe: { containers: 500ms }
${variants}
`;

beforeEach(() => {
  directory = workDirectory();
  write({
    'compose.yaml': `services:
  api:
    build: .
    labels: { rampart.go.package: ./cmd/api, rampart.pprof.port: "8080" }
    environment: { LISTEN_ADDR: "\${RAMPART_IP:-0.0.0.0}:8080" }
    ports: ["8080"]
`,
    Dockerfile: 'FROM scratch AS prebuilt\nCOPY bin/api /api\nENTRYPOINT ["/api"]\n',
    'go.mod': 'module strange.test/shop\n\ngo 1.24\n\ntoolchain go1.24.1\n',
    'cmd/api/main.go': main,
  });
});

leaveNothing();

const builtWith = (run: string) => readResult(join(directory, run)).environment.targets[0]?.go;

it.skipIf(!older)(
  'holds two toolchains and flags against each other, and tells what ran',
  async () => {
    const variants = `variants: { as-is: {}, older: { go: { toolchain: ${older}, flags: ["-ldflags=-s -w"] } } }`;
    write({ 'go.yaml': scenario(variants) });
    const { code, stdout } = await cli(['compare', 'go.yaml', '--rounds', '2', '--out', 'c'], directory);
    expect(code).toBe(5);
    expect(builtWith('c/round-01/older')?.version).toBe(older);
    expect(builtWith('c/round-01/older')?.settings?.['-ldflags']).toBe('-s -w');
    const usual = builtWith('c/round-01/as-is')?.version;
    expect(stdout).toContain(`older  api  ${usual} -> ${older}`);
    expect(stdout).toContain('without -ldflags -> -ldflags=-s -w');
    const { judgement } = comparisonSchema.parse(
      JSON.parse(readFileSync(join(directory, 'c/comparison.json'), 'utf8')),
    );
    expect(judgement?.built?.map(({ variant }) => variant)).toEqual(['older']);
    expect(readFileSync(join(directory, 'c/report.html'), 'utf8')).toContain(`${usual} -&gt; ${older}`);
  },
  120_000,
);

it('ends a comparison of what was built alike', async () => {
  write({ 'go.yaml': scenario('variants: { as-is: {}, local: { go: { toolchain: local } } }') });
  const { code, stderr } = await cli(['compare', 'go.yaml', '--rounds', '2', '--out', 'c'], directory);
  expect(stderr).toContain('as-is and local were built alike, whatever go: sets (api with go');
  expect(code).toBe(2);
});

itWithDocker(
  'builds otherwise for containers, too',
  async () => {
    write({ 'go.yaml': scenario('', { engine: 'compose' }) });
    const flags = ['--set', 'topology.go.pgo=off', '--set', 'topology.go.flags.0=-trimpath'];
    await cli(['run', 'go.yaml', ...flags, '--out', 'r'], directory);
    expect(builtWith('r')?.settings?.['-trimpath']).toBe('true');
  },
  90_000,
);

it('captures, builds and compares, and writes nothing where nothing is shown', async () => {
  write({ 'go.yaml': scenario('', { rps: 100, forMs: 3500 }) });
  const { code, stdout, stderr } = await cli(['pgo', 'go.yaml', '--rounds', '2', '--out', 'p'], directory);
  expect(stderr).toContain('strange.test/shop/cmd/api: api');
  expect(code).toBe(5);
  expect(stdout).toMatch(/strange\.test\/shop\/cmd\/api \(api\) {2}\d+ samples/);
  const pgo = pgoSchema.parse(JSON.parse(readFileSync(join(directory, 'p/pgo.json'), 'utf8')));
  expect(pgo).toMatchObject({
    outcome: 'cannot tell',
    packages: [{ services: ['api'], directory: join(directory, 'cmd/api'), profile: 'profiles/api.pb.gz' }],
  });
  expect(pgo.packages[0]?.knownShare).toBeGreaterThan(0.9);
  expect(existsSync(join(directory, 'cmd/api/default.pgo'))).toBe(false);
  expect(builtWith('p/compare/round-01/pgo')?.settings?.['-pgo']).toBe(join(directory, 'p/profiles/api.pb.gz'));
  expect(builtWith('p/compare/round-01/pgo-off')?.settings).not.toHaveProperty('-pgo');
}, 180_000);

it('refuses to take the place of a default.pgo before anything is started', async () => {
  write({ 'go.yaml': scenario(''), 'cmd/api/default.pgo': '' });
  const { code, stderr } = await cli(['pgo', 'go.yaml', '--rounds', '2', '--out', 'p'], directory);
  expect(stderr).toContain(
    `${join(directory, 'cmd/api/default.pgo')} is there already: --force replaces it, --dry-run leaves it`,
  );
  expect(code).toBe(2);
  expect(existsSync(join(directory, 'p'))).toBe(false);
});
