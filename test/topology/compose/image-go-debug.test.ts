import { expect, it } from 'vitest';
import { withImageGoDebug } from '../../../src/topology/compose/image-go-debug.ts';

it('what the image sets stays, below what the service sets', () => {
  const build = {
    context: '/',
    dockerfile_inline: 'FROM alpine\nARG M=0\nENV GODEBUG=madvdontneed=$M',
    args: { M: '1' },
  };
  const { services } = withImageGoDebug({
    services: {
      own: { build, environment: { GODEBUG: 'http2client=0' } },
      image: { build, environment: { A: '1' } },
      none: { image: 'alpine' },
    },
  });
  expect(services['own']?.environment).toEqual({ GODEBUG: 'http2client=0' });
  expect(services['image']?.environment).toEqual({ A: '1', GODEBUG: 'madvdontneed=1' });
  expect(services['none']?.environment).toBeUndefined();
});
