/** What lines of a build or a program mean for its user. */
import { describe, expect, it } from 'vitest';
import { buildAdvice, startAdvice } from '../../../src/topology/go-trial/advice.ts';

describe('a build that failed', () => {
  it.each([
    ['cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH', 'needs a C compiler'],
    [
      './db.go:5:10: fatal error: sqlite3.h: No such file or directory',
      'needs a C library that is not here (sqlite3.h)',
    ],
    ["fatal: could not read Username for 'https://git.example': terminal prompts disabled", 'private or gone'],
    [
      'github.com/a/b@v1: Get "https://proxy.example/": dial tcp: lookup proxy.example: no such host',
      'run go mod download',
    ],
    ['go: go.mod requires go >= 1.99 (running go 1.26.0; GOTOOLCHAIN=local)', 'wants a newer Go (1.99)'],
    ['main.go:9:12: pattern dist/*: no matching files found', 'embeds files that have to be made first (dist/*)'],
    ['no required module provides package example.com/x; to add it:', 'go mod tidy'],
    ['./main.go:9:2: undefined: api.Server', 'generated code or build tags'],
  ])('%s', (text, advice) => {
    expect(buildAdvice(text)).toContain(advice);
  });

  it('says nothing of what it does not know', () => {
    expect(buildAdvice('exit status 1')).toBeUndefined();
  });
});

describe('a program that did not start', () => {
  it.each([
    ['panic: dial tcp 127.0.0.1:5432: connect: connection refused', 'wants PostgreSQL at 127.0.0.1:5432'],
    ['failed: dial tcp [::1]:7777: connect: connection refused', 'what should listen at [::1]:7777'],
    ['dial tcp: lookup redis on 127.0.0.11:53: no such host', 'the host redis'],
    ['required key DATABASE_URL missing value', 'the variable DATABASE_URL'],
    ['env: environment variable "API_KEY" should not be empty; required', 'the variable API_KEY'],
    ['JWT_SECRET is not set', 'the variable JWT_SECRET'],
    ['open config.yaml: no such file or directory', 'the file config.yaml'],
    ['listen tcp :8080: bind: address already in use', 'port 8080 is taken'],
    ['listen tcp :80: bind: permission denied', 'port 80 needs rights'],
    ['Error: unknown flag: --addr', 'did not take how it was started'],
  ])('%s', (text, advice) => {
    expect(startAdvice(['starting', text])).toContain(advice);
  });
});
