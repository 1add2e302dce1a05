/** Faults that a compose file does not allow. */
import { expect, it } from 'vitest';
import type { FaultAction } from '../../../src/model/fault.ts';
import { serviceMistakes } from '../../../src/topology/compose/service-faults.ts';

const project = {
  services: {
    migrate: {},
    api: { container_name: 'api', depends_on: { migrate: { condition: 'service_completed_successfully' } } },
  },
};

function mistakesOf(...actions: FaultAction[]): string[] {
  const faults = actions.map((action, index) => ({ name: `f${index}`, atMs: 0, action }));
  return serviceMistakes(project, { faults, asked: [] });
}

it('names each that cannot be, and no other', () => {
  expect(
    mistakesOf(
      { kind: 'kill', of: { service: 'migrate' } },
      { kind: 'pause', of: { service: 'api' } },
      { kind: 'scale', service: 'api', replicas: 3 },
      { kind: 'scale', service: 'api', replicas: 0 },
      { kind: 'scale', service: 'nobody', replicas: 3 },
      { kind: 'partition', groups: [[{ service: 'api' }], [{ service: 'migrate' }]] },
    ),
  ).toEqual([
    'fault "f0": migrate runs to its end before others start, and is gone when load begins',
    'fault "f2": api cannot be scaled: its container_name api can be had by one replica only',
    'fault "f5": migrate runs to its end before others start, and is gone when load begins',
  ]);
});
