/** Hosts beyond loopback that somebody has allowed, by name, by a wildcard, by address or by range. */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { AllowedHost } from '../model/scenario.ts';
import { isLoopback } from './loopback.ts';

/** The narrowest prefixes of what is taken for a network of somebody, as 10.0.0.0/8 and fc00::/7 are; wider is half the internet. */
const widestBits = { ipv4: 8, ipv6: 7 } as const;

/** IPv4 as IPv6 writes it (RFC 4291, 2.5.5.2). */
const mappedBits = 96;
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', mappedBits, 'ipv6');

type Family = 'ipv4' | 'ipv6';

interface Range {
  readonly kind: 'range';
  readonly address: string;
  readonly bits: number;
  readonly family: Family;
}

type Allowed =
  | { readonly kind: 'all' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'suffix'; readonly name: string }
  | Range;

/** Why a text names no host that can be allowed, as the end of a sentence; undefined when it does. */
export function allowMistake(text: string): string | undefined {
  if (/^[A-Za-z][A-Za-z\d+.-]*:\/\//.test(text))
    return 'must be a host alone, without the scheme and the path of a URL';
  if (/@/.test(text)) return 'must be a host alone, without user name and password';
  if (/^(?:\[[^\]]*\]|[^:]*):\d+$/.test(text)) return 'must be a host alone: every port of it is allowed';
  if (/^[\d.]+$/.test(text) || text.includes('/'))
    return read(text) ? undefined : 'must be an address, or a range such as 10.1.0.0/16';
  if (text.includes('*') && !/^\*(?:\.[^*]+)?$/.test(text))
    return 'may have a * only as its first label, which stands for one or more (*.staging.example)';
  return read(text) ? undefined : 'must be a name, *.NAME, an address, or a range of addresses';
}

/** Whether it allows any host, or more of the internet than one network has: somebody has to say why. */
export function isBoundless(text: string): boolean {
  const allowed = read(text);
  if (allowed?.kind !== 'range') return allowed?.kind === 'all';
  const { address, bits, family } = allowed;
  const isMapped = family === 'ipv6' && bits >= mappedBits && isIn(mapped, address);
  return isMapped ? bits - mappedBits < widestBits.ipv4 : bits < widestBits[family];
}

/** The entry that allows a host by its name, or because it is an address of it; a wildcard does not stand for the name behind it. */
export function allowedByName(host: string, entries: readonly AllowedHost[]): AllowedHost | undefined {
  const name = plainName(host);
  return entries.find((entry) => {
    const allowed = read(entry.host);
    if (allowed?.kind === 'all') return true;
    if (allowed?.kind === 'name') return allowed.name === name;
    if (allowed?.kind === 'suffix') return isIP(name) === 0 && name.endsWith(`.${allowed.name}`);
    return allowed !== undefined && coversAddress(allowed, name);
  });
}

/** The entry that allows an address, whatever name stands for it. */
export function allowedByAddress(address: string, entries: readonly AllowedHost[]): AllowedHost | undefined {
  return entries.find((entry) => {
    const allowed = read(entry.host);
    return allowed !== undefined && coversAddress(allowed, address);
  });
}

/** Whether an entry allows addresses, so that a name may be allowed by what it stands for. */
export function namesAddresses({ host }: AllowedHost): boolean {
  const kind = read(host)?.kind;
  return kind === 'range' || kind === 'all';
}

/** Says of an address whether a connection may be opened to it: to loopback always, else to these addresses and ranges. */
export function dialRule(allowed: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  const ranges = allowed.flatMap((text) => read(text) ?? []);
  for (const range of ranges) if (range.kind === 'range') list.addSubnet(range.address, range.bits, range.family);
  const isAll = ranges.some(({ kind }) => kind === 'all');
  return (address) => isAll || isLoopback(address) || isIn(list, address);
}

/** A host as names are compared: in lower case and ASCII, without brackets and without the dot of the root. */
export function plainName(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return bare;
  return domainToASCII(bare).replace(/\.$/, '');
}

function read(text: string): Allowed | undefined {
  if (text === '*') return { kind: 'all' };
  const [, address = '', bits] = /^\[?([^[\]/]*)\]?(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version !== 0 && !address.includes('%')) {
    const most = version === 4 ? 32 : 128;
    const length = bits === undefined ? most : Number(bits);
    return length > most
      ? undefined
      : { kind: 'range', address, bits: length, family: version === 4 ? 'ipv4' : 'ipv6' };
  }
  const suffix = /^\*\.(.+)$/.exec(text)?.[1];
  // `domainToASCII` would take what stands before one of these for the whole.
  const name = /[\s/\\?#:@%]/.test(text) ? '' : plainName(suffix ?? text);
  if (!isName(name)) return undefined;
  return { kind: suffix === undefined ? 'name' : 'suffix', name };
}

/** A name that DNS could have; digits and dots alone are what an address was meant to be. */
function isName(name: string): boolean {
  return (
    name.length <= 253 &&
    name.split('.').every((label) => /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/i.test(label)) &&
    !/^[\d.]+$/.test(name)
  );
}

function coversAddress(allowed: Allowed, address: string): boolean {
  if (allowed.kind === 'all') return isIP(address) !== 0;
  if (allowed.kind !== 'range') return false;
  const list = new BlockList();
  list.addSubnet(allowed.address, allowed.bits, allowed.family);
  return isIn(list, address);
}

/** The zone of an address says which link it is of, not which host. */
function isIn(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address.replace(/%.*$/, ''), version === 4 ? 'ipv4' : 'ipv6');
}
