import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { knownWith } from '../helpers/known-kinds.ts';

const scenario = (more: string) => `name: upgrade
topology: { compose: compose.yaml${more} }
target: { service: api, port: 8080 }
load: { steps: [{ rate: 200/s, for: 5s }] }
`;
const load = (text: string, variant?: string) =>
  loadScenario({ file: 'go.yaml', text, folder: '/home/shop', overrides: [], known: knownWith(), variant });
const refusal = (go: string) => {
  try {
    load(scenario(`, go: ${go}`));
    return '';
  } catch (error) {
    return messageOf(error);
  }
};

describe('go: of a scenario', () => {
  it('stands in a topology and in variants, for all services and for some, its profiles beside the scenario', () => {
    const text = `${scenario(', go: { toolchain: go1.26.8, flags: [-race] }')}variants:
  as-is: {}
  go127: { go: { toolchain: go1.27.x, experiment: "nogreenteagc,jsonv2" } }
  pgo: { go: { pgo: profiles/cpu.pb.gz, flags: ["-ldflags=-s -w"] } }
  some: { go: { pgo: off, services: { api: { pgo: api.pgo, toolchain: go1.27rc1 } } } }
`;
    const { variants } = load(text).scenario;
    expect(variants?.['pgo']?.go).toEqual({ pgo: '/home/shop/profiles/cpu.pb.gz', flags: ['-ldflags=-s -w'] });
    expect(load(text, 'some').scenario.topology).toMatchObject({
      go: {
        toolchain: 'go1.26.8',
        flags: ['-race'],
        pgo: 'off',
        services: { api: { pgo: '/home/shop/api.pgo', toolchain: 'go1.27rc1' } },
      },
    });
    expect(load(text, 'pgo').scenario.topology).toMatchObject({
      go: { toolchain: 'go1.26.8', flags: ['-ldflags=-s -w'] },
    });
    const written = load(text).text;
    expect(load(written, 'some').scenario).toEqual(load(text, 'some').scenario);
  });

  it.each([
    ['{ toolchain: 1.27 }', 'must be a Go toolchain'],
    ['{ toolchain: go2 }', 'must be a Go toolchain'],
    ['{ experiment: "no greentea" }', 'must be experiments of the Go toolchain'],
    ['{ flags: -race }', 'must be a list of flags'],
    ['{ flags: [] }', 'must name at least one flag'],
    ['{ flags: [race] }', 'must be a flag of go build'],
    ['{ flags: [-tags, fast] }', 'must be a flag and its value in one'],
    ['{ flags: [-pgo=x] }', 'must not be -pgo: say pgo: cpu.pb.gz beside it'],
    ['{ flags: [-o=x] }', 'must not be -o'],
    ['{ flags: [-v] }', 'must be a flag that changes a binary, got "-v"'],
    ['{ tolchain: go1.27.0 }', 'topology.go.tolchain is not a known key (did you mean toolchain?)'],
    ['{ services: { api: { flag: [-race] } } }', 'topology.go.services.api.flag is not a known key'],
    ['go1.27.0', 'must be a map of settings'],
  ])('%s is refused', (go, told) => {
    const message = refusal(go);
    expect(message).toMatch(/^go\.yaml:2:\d+ topology\.go/);
    expect(message).toContain(told);
  });

  it('is not for what runs already', () => {
    const text = `name: e
topology: { engine: external, targets: [{ name: api }], go: { pgo: off } }
target: { url: "http://127.0.0.1:1/" }
load: { steps: [{ rate: 200/s, for: 5s }] }
`;
    expect(() => load(text)).toThrow('topology.go must not be given with engine: external, which starts nothing');
  });
});
