import { expect, test } from 'vitest';
import { portPathOf } from '../../../src/topology/docker/expected-proxy.ts';

test.each([
  ['dockerd', undefined, 'userland proxy'],
  ['/usr/bin/dockerd -H fd:// --userland-proxy=false', undefined, 'kernel'],
  ['dockerd --userland-proxy=false', '{"userland-proxy": true}', 'kernel'],
  ['dockerd --userland-proxy=true --debug', undefined, 'userland proxy'],
  ['dockerd --userland-proxy', undefined, 'userland proxy'],
  ['dockerd --userland-proxy-path=/usr/bin/docker-proxy', undefined, 'userland proxy'],
  ['dockerd', '{\n  "userland-proxy" : false\n}', 'kernel'],
  ['dockerd', '{"debug": true}', 'userland proxy'],
])('%s with %j: %s', (engine, config, path) => expect(portPathOf(engine, config)).toBe(path));
