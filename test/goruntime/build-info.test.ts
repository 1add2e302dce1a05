import { expect, test } from 'vitest';
import { parseBuildInfo } from '../../src/goruntime/build-info.ts';

const mark = '0123456789abcdef';

/** A section as the linker writes it, with the two texts after its header. */
function section(version: string, module: string, flags = 2): Buffer {
  const text = (bytes: Buffer) =>
    Buffer.concat([Buffer.from([(bytes.length & 0x7f) | 0x80, bytes.length >> 7]), bytes]);
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 0, 'latin1');
  header[14] = 8;
  header[15] = flags;
  return Buffer.concat([header, text(Buffer.from(version)), text(Buffer.from(module))]);
}

test('version, module and settings of a program', () => {
  const text = `${mark}path\texample.org/svc/cmd/api\nmod\texample.org/svc\tv1.2.3\th1:abc=\ndep\tgolang.org/x/sys\tv0.1.0\th1:x=\nbuild\t-race=true\nbuild\t-ldflags="-X main.v=\\"1 2\\""\nbuild\tvcs.revision=c0ffee\n${mark}`;
  expect(parseBuildInfo(section('go1.26.0', text))).toEqual({
    goVersion: 'go1.26.0',
    path: 'example.org/svc/cmd/api',
    module: 'example.org/svc',
    moduleVersion: 'v1.2.3',
    settings: { '-race': 'true', '-ldflags': '-X main.v="1 2"', 'vcs.revision': 'c0ffee' },
  });
});

test('a program that was not built from a module has its Go version', () => {
  expect(parseBuildInfo(section('go1.21.4', ''))).toMatchObject({ goVersion: 'go1.21.4', settings: {} });
});

test('before Go 1.18 the version is not in the section', () => {
  expect(parseBuildInfo(section('x', '', 0))).toEqual({ goVersion: 'go (before 1.18)', settings: {} });
});

test('what is cut or something else is no build information, and never an exception', () => {
  const whole = section('go1.26.0', `${mark}path\ta\n${mark}`);
  for (let length = 0; length <= whole.length; length += 1) {
    const found = parseBuildInfo(whole.subarray(0, length));
    expect(found === undefined || found.goVersion === 'go1.26.0', `${length} bytes`).toBe(true);
  }
  expect(parseBuildInfo(Buffer.alloc(64, 0xff))).toBeUndefined();
});
