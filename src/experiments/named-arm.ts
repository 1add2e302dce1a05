/** What `--baseline` and `--candidate` may name: a state of the repository, images, compose overlays, a Go toolchain, or a variant of the scenario. */
import { resolve } from 'node:path';
import type { ArmName } from '../model/gate-terms.ts';
import type { Scenario } from '../model/scenario.ts';
import { isExternal } from '../model/topology-spec.ts';
import type { Override } from '../scenario/load-scenario.ts';
import type { ArmSpec } from './arm.ts';

/** Everything that an arm may be, for messages. */
export const armForms =
  'a branch, tag or commit, image:api=shop/api:1.4, overlay:compose.old.yaml, toolchain:go1.27.0, experiment:nogreenteagc, pgo:cpu.pb.gz, or variant:NAME';

/** Reads one flag against the scenario as it stands; mistakes go into the list. Files count from `cwd`. */
export function namedArm(
  arm: ArmName,
  text: string,
  { scenario, cwd }: { readonly scenario: Scenario; readonly cwd: string },
  mistakes: string[],
): ArmSpec {
  const flag = `--${arm} ${text}`;
  const [, kind, value = ''] = /^(image|overlay|variant|toolchain|experiment|pgo):(.*)$/s.exec(text) ?? [];
  const listed = value.split(',').map((each) => each.trim());
  if (kind === undefined) return { name: text, ref: text, overrides: [] };
  if (kind !== 'variant' && listed.includes(''))
    mistakes.push(`--${arm} must be ${armForms}, got ${JSON.stringify(text)}`);
  if (kind === 'overlay') {
    const { topology } = scenario;
    const before = isExternal(topology) ? [] : (topology.overlays ?? []);
    const overlays = [...before, ...listed.map((file) => resolve(cwd, file))];
    return { name: text, overrides: [{ flag, path: ['topology', 'overlays'], value: overlays }] };
  }
  if (kind === 'toolchain' || kind === 'experiment' || kind === 'pgo') {
    const set = kind === 'pgo' && !['off', 'auto'].includes(value) ? resolve(cwd, value) : value;
    return { name: text, overrides: [{ flag, path: ['topology', 'go', kind], value: set }] };
  }
  if (kind === 'image') return { name: text, overrides: imagesOf(flag, listed, scenario, mistakes) };
  const variant = scenario.variants?.[value];
  const known = Object.keys(scenario.variants ?? {}).join(', ') || 'none, see docs/compare.md';
  if (!variant) mistakes.push(`${flag} names no variant of the scenario (variants: ${known})`);
  return { name: text, variant: variant && value, ref: variant?.git, overrides: [] };
}

/** `shop/api:1.4` for the service that takes the load, `db=shop/db:2` for any. */
function imagesOf(flag: string, listed: readonly string[], { target }: Scenario, mistakes: string[]): Override[] {
  const loaded = 'service' in target ? target.service : undefined;
  return listed.flatMap((each) => {
    const [, named, image] = /^(?:([\w.-]+)=)?(.+)$/.exec(each) ?? [];
    const service = named ?? loaded;
    if (image === undefined) return [];
    if (service !== undefined) return [{ flag, path: ['topology', 'images', service], value: image }];
    mistakes.push(`${flag} must say which service the image is for (example: image:api=${image})`);
    return [];
  });
}
