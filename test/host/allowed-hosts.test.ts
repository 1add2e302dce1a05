/** Which hosts somebody has allowed, and which of what people write for one can be none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowedByAddress,
  allowedByName,
  allowMistake,
  dialRule,
  isBoundless,
  namesAddresses,
} from '../../src/host/allowed-hosts.ts';

const allow = (...hosts: string[]) => hosts.map((host) => ({ host }));

describe('a host by its name', () => {
  it.each([
    ['staging.example', 'staging.example'],
    ['STAGING.example.', 'staging.example'],
    ['staging.example', 'Staging.Example.'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['api.staging.example', '*.staging.example'],
    ['a.b.staging.example', '*.staging.example'],
    ['10.1.2.3', '10.1.2.3'],
    ['10.1.2.3', '10.1.0.0/16'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]', '[2001:db8::7]'],
    ['[2001:db8:0::7]', '2001:db8::/32'],
    ['[::ffff:10.1.2.3]', '10.1.0.0/16'],
    ['db', 'db'],
    ['my_service.internal', 'my_service.internal'],
    ['whatever.example', '*'],
  ])('%s is allowed by %s', (host, entry) => {
    expect(allowedByName(host, allow('other.example', entry))).toEqual({ host: entry });
  });

  it.each([
    ['staging.example', 'example'],
    ['staging.example', '*.staging.example'],
    ['evilstaging.example', '*.staging.example'],
    ['staging.example.evil.example', 'staging.example'],
    ['api.staging.example', 'staging.example'],
    ['10.1.2.3', '10.1.2.4'],
    ['10.2.0.1', '10.1.0.0/16'],
    ['api.example', '10.1.0.0/16'],
    ['[2001:db9::7]', '2001:db8::/32'],
  ])('%s is not allowed by %s', (host, entry) => {
    expect(allowedByName(host, allow(entry))).toBeUndefined();
  });
});

it('allows an address that a name stands for by addresses and ranges only', () => {
  expect(allowedByAddress('10.1.2.3', allow('api.example', '10.1.0.0/16'))).toEqual({ host: '10.1.0.0/16' });
  expect(allowedByAddress('10.2.2.3', allow('api.example', '10.1.0.0/16'))).toBeUndefined();
  expect(allowedByAddress('fe80::1%eth0', allow('fe80::/10'))).toEqual({ host: 'fe80::/10' });
  expect(allow('a.example', '*.b.example').some(namesAddresses)).toBe(false);
  expect(allow('10.0.0.1').every(namesAddresses)).toBe(true);
});

describe('a dial', () => {
  it('goes to loopback always, and to nothing else without consent', () => {
    const mayDial = dialRule([]);
    for (const address of ['127.0.0.1', '127.77.1.2', '::1', '::ffff:127.0.0.1']) expect(mayDial(address)).toBe(true);
    for (const address of ['10.0.0.1', '0.0.0.0', '::', '169.254.169.254', 'localhost.example', 'api.example'])
      expect(mayDial(address)).toBe(false);
  });

  it('goes to addresses and ranges that are allowed', () => {
    const mayDial = dialRule(['10.1.0.0/16', '2001:db8::7', 'ignored.example']);
    expect(['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::7'].every(mayDial)).toBe(true);
    expect(['10.2.2.3', '2001:db8::8', 'ignored.example'].some(mayDial)).toBe(false);
    expect(dialRule(['*'])('192.0.2.1')).toBe(true);
  });
});

it.each(['*', '0.0.0.0/0', '::/0', '128.0.0.0/1', '0.0.0.0/1', '10.0.0.0/7', '2000::/3', '::ffff:0:0/96'])(
  '%s is no bound',
  (text) => {
    expect(allowMistake(text)).toBeUndefined();
    expect(isBoundless(text)).toBe(true);
  },
);

it.each(['10.0.0.0/8', 'fc00::/7', '::ffff:10.0.0.0/104', 'staging.example', '*.internal', '192.0.2.1'])(
  '%s is a bound',
  (text) => {
    expect(allowMistake(text)).toBeUndefined();
    expect(isBoundless(text)).toBe(false);
  },
);

it.each([
  ['https://staging.example/', 'without the scheme'],
  ['staging.example:8080', 'every port of it is allowed'],
  ['[2001:db8::7]:8080', 'every port of it is allowed'],
  ['anna:secret@staging.example', 'without user name and password'],
  ['10.1.2.3/33', 'an address, or a range'],
  ['10.1.2', 'an address, or a range'],
  ['10.1.2.300', 'an address, or a range'],
  ['2001:db8::/129', 'an address, or a range'],
  ['staging.example/v1', 'an address, or a range'],
  ['api.*.example', 'only as its first label'],
  ['*api.example', 'only as its first label'],
  ['*.', 'only as its first label'],
  ['*.*', 'only as its first label'],
  ['', 'must be a name'],
  ['stag ing.example', 'must be a name'],
  ['-x.example', 'must be a name'],
  ['a..example', 'must be a name'],
  ['fe80::1%eth0', 'must be a name'],
])('%s cannot be allowed', (text, why) => {
  expect(allowMistake(text)).toContain(why);
});

it('never allows a host that does not end like an allowed name', () => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(name, name, fc.boolean(), (host, allowed, isWild) => {
      const entry = isWild ? `*.${allowed}` : allowed;
      const expected = isWild ? host.endsWith(`.${allowed}`) : host === allowed;
      return (allowedByName(host, allow(entry)) !== undefined) === expected;
    }),
  );
});

it('reads a range as the bits that two addresses share', () => {
  const bits = (address: string) => address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (network, address, length) => {
      const size = 2 ** (32 - length);
      const isInside = Math.floor(bits(network) / size) === Math.floor(bits(address) / size);
      return (allowedByAddress(address, allow(`${network}/${length}`)) !== undefined) === isInside;
    }),
  );
});
