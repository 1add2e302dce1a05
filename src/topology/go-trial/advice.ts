/** What a build that failed, or a program that did not start, wants from its user, read from its own lines; pure. */
import { otherProtocol } from '../survey/known-images.ts';

type Advice = readonly (readonly [RegExp, (found: RegExpExecArray) => string])[];

const building: Advice = [
  [
    /C compiler "?(\S+?)"? not found|exec: "(gcc|cc|clang)": executable file not found/,
    () => 'it needs a C compiler (cgo): install one, or try CGO_ENABLED=0 rampart init',
  ],
  [
    /(?:fatal error: (\S+\.h): No such file)|(?:Package (\S+) was not found in the pkg-config)/,
    ([, header, library]) =>
      `it needs a C library that is not here (${header ?? library}): install its development files`,
  ],
  [
    /could not read Username|terminal prompts disabled|Permission denied \(publickey\)|reading \S+: (?:404|410)/,
    () => 'a module of it is private or gone: let git and GOPRIVATE reach it (go mod download must work)',
  ],
  [
    /dial tcp|no such host|i\/o timeout|connection refused|module lookup disabled|GOPROXY/,
    () =>
      'modules of it are not on this machine and could not be fetched: run go mod download where there is a network',
  ],
  [
    /go\.mod requires go >= (\S+)|toolchain not available|requires go1?\.?(\d\S*)/,
    ([, version]) =>
      `it wants a newer Go${version ? ` (${version.replace(/[;,]$/, '')})` : ''}: install it, or let GOTOOLCHAIN=auto fetch it`,
  ],
  [
    /pattern (\S+): no matching files found/,
    ([, pattern]) => `it embeds files that have to be made first (${pattern}): build its front end, or what makes them`,
  ],
  [
    /no required module provides package|missing go\.sum entry|updates to go\.mod needed|is not in std|cannot find (?:module|package)/,
    () =>
      'its modules or generated code are not complete: go mod tidy, go generate or its Makefile may be needed first',
  ],
  [/undefined: /, () => 'it may need generated code or build tags first: look at its Makefile'],
];

/** What to do about a build, as far as its lines tell. */
export function buildAdvice(text: string): string | undefined {
  return first(building, text);
}

const starting: Advice = [
  [
    /(?:bind|listen)[^\n]*?:(\d{2,5}): bind: address already in use/,
    ([, port]) => `port ${port} is taken on this machine: stop what holds it`,
  ],
  [
    /(?:bind|listen)[^\n]*?:(\d{1,5}): bind: permission denied/,
    ([, port]) => `port ${port} needs rights that it does not have here: give it another`,
  ],
  [
    /dial (?:tcp|udp) ([\w.[\]:-]*?):(\d{2,5}): (?:connect: )?connection refused/,
    ([, host, port]) => {
      const what = otherProtocol(Number(port));
      return `it wants ${what ? `${what} at ` : 'what should listen at '}${host}:${port}, and nothing listens there: start that first`;
    },
  ],
  [
    /(?:lookup|getaddrinfo(?:: \w+)?) ([\w.-]+)(?: on [^\n]*?)?: (?:no such host|Temporary failure|server misbehaving|i\/o timeout)/,
    ([, host]) =>
      `it wants the host ${host}, a name that means nothing here: tell it another by its variables or flags`,
  ],
  [
    /(?:required|missing|must be set|not set|undefined|empty|invalid)[^\n]*?\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b|\b([A-Z][A-Z0-9]*_[A-Z0-9_]+|PORT|DSN)\b[^\n]*?(?:required|missing|must be set|(?:is )?not set|is empty|undefined)/i,
    ([, before, after]) => `it wants the variable ${before ?? after}: set it under env`,
  ],
  [
    /(?:open|stat|read|load\w*|find)\s+"?([\w./-]+)"?: no such file or directory/,
    ([, file]) => `it wants the file ${file}`,
  ],
  [
    /(?:unknown command|unknown flag|flag provided but not defined|invalid flag)[^\n]*/,
    ([said]) => `it did not take how it was started (${said.trim()})`,
  ],
];

/** What a program wants that ended, or never listened. */
export function startAdvice(lines: readonly string[]): string | undefined {
  return first(starting, lines.join('\n'));
}

function first(advice: Advice, text: string): string | undefined {
  for (const [pattern, say] of advice) {
    const found = pattern.exec(text);
    if (found) return say(found);
  }
  return undefined;
}
