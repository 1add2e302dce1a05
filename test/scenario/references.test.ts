// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of values are written so
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { messageOf, RampartError } from '../../src/model/errors.ts';
import { isExternal } from '../../src/model/topology-spec.ts';
import { known } from '../../src/registry.ts';
import { loadScenario, type Override } from '../../src/scenario/load-scenario.ts';

type Env = Readonly<Record<string, string>>;

const files: Env = { 'token.txt': 'file-tok-1\n', 'key.pem': '-----BEGIN KEY-----\nAAAABBBBCCCC\n' };

function load(text: string, env: Env = {}, overrides: Override[] = []) {
  const values = {
    env: (name: string) => env[name],
    file: (path: string) => {
      const found = files[path];
      if (found === undefined) throw new Error('ENOENT: there is none');
      return found;
    },
  };
  return loadScenario({ file: 'a.yaml', text, folder: '/here', overrides, known, values });
}

function refused(text: string, env: Env = {}): string[] {
  try {
    load(text, env);
  } catch (error) {
    expect(error).toBeInstanceOf(RampartError);
    expect((error as RampartError).exitCode).toBe(2);
    return messageOf(error).split('\n');
  }
  throw new Error('the scenario was accepted');
}

/** A scenario with this request and these other lines. */
const asking = (request: string, more = '') => `name: a
topology: { compose: compose.yaml, env: { api: { LOG: info } } }
target: { service: api, port: 80 }
load:
  request: ${request}
  steps: [{ rate: 10/s, for: 1s }]
${more}`;

const bodyOf = (body: string, env: Env = {}) =>
  load(asking(`{ method: POST, body: ${JSON.stringify(body)} }`), env).scenario.load.requests[0]?.body;

describe('values from elsewhere', () => {
  it('stand for variables, defaults and files, also several in one text', () => {
    const env = { A: 'one', EMPTY: '' };
    expect(bodyOf('${env.A}-${env.B:-two}-${env.EMPTY:-three}-${env.EMPTY-}.', env)).toBe('one-two-three-.');
    expect(bodyOf('${file.token.txt}!')).toBe('file-tok-1!');
  });

  it('are text where the key wants text, and numbers, switches, rates and durations where it wants those', () => {
    const text = `name: a
topology: { compose: compose.yaml, scale: { api: "\${env.SCALE}" } }
target: { service: api, port: "\${env.PORT}", spread: "\${env.ON}" }
load:
  request: { method: POST, headers: { X-Build: "\${env.PORT}" }, expect: { status: "\${env.STATUS}" } }
  timeout: \${env.SECONDS}s
  steps:
    - rate: \${env.RATE}
      for: \${env.FOR}
`;
    const env = { SCALE: '2', PORT: '8080', ON: 'true', STATUS: '204', SECONDS: '3', RATE: '50/s', FOR: '2s' };
    const { scenario, secrets } = load(text, env);
    expect(scenario.target).toEqual({ service: 'api', port: 8080, spread: true });
    expect(isExternal(scenario.topology) ? {} : scenario.topology.scale).toEqual({ api: 2 });
    expect(scenario.load).toMatchObject({ timeoutMs: 3000, steps: [{ shape: { rps: 50 }, durationMs: 2000 }] });
    expect(scenario.load.requests[0]).toMatchObject({ headers: { 'X-Build': '8080' }, expect: { status: [204] } });
    // What is no text is readable, and so is what the same variable is elsewhere a part of.
    expect(secrets.map(({ value, isSought }) => [value, isSought])).toEqual([['8080', true]]);
  });

  it('cannot become structure, whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        fc.pre(value !== '' && !/\p{Surrogate}/u.test(value));
        const { load: read } = load(
          asking('{ method: POST, body: "${env.V}", expect: { bodyContains: "${env.V}" } }'),
          { V: value },
        ).scenario;
        expect(read.requests).toHaveLength(1);
        expect(read.requests[0]?.expect.bodyContains).toBe(value);
        expect(read.requests[0]?.body.replaceAll('$${', '${')).toBe(value);
      }),
    );
    const env = { V: 'x"}\nslo: [p99 < 1ms]\nload: {' };
    expect(load(asking('{ method: POST, body: "${env.V}" }'), env).scenario.slo).toEqual([]);
  });

  it('hold no places of feeders: what looks like one is sent as it is', () => {
    expect(bodyOf('${env.V}', { V: '${user.id}' })).toBe('$${user.id}');
    expect(bodyOf('${env.V}{user.id}', { V: 'a$' })).toBe('a$${user.id}');
  });

  it('are written as they are behind $$', () => {
    expect(bodyOf('$${env.HOME}')).toBe('$${env.HOME}');
    const { scenario } = load(asking('{ expect: { bodyContains: "$${env.HOME}" } }'));
    expect(scenario.load.requests[0]?.expect.bodyContains).toBe('${env.HOME}');
  });

  it('come into what flags set', () => {
    const flag = { flag: '--set x', path: ['load', 'request', 'body'], value: '${env.A}' };
    expect(load(asking('{ method: POST }'), { A: 'one' }, [flag]).scenario.load.requests[0]?.body).toBe('one');
  });

  it('that are missing are all told at once, each at its line, with what to do', () => {
    const lines = refused(
      asking(
        '{ method: POST, body: "${env.A} ${env.EMPTY}", headers: { X-A: "${env.B:?ask ops for it}", X-B: "${file.no.txt}" } }',
      ),
      { EMPTY: '' },
    );
    expect(lines).toEqual([
      expect.stringMatching(
        /^a\.yaml:5:\d+ load\.request\.body needs the variable A of the environment, which is not set: set it /,
      ),
      expect.stringMatching(/^a\.yaml:5:\d+ load\.request\.body needs the variable EMPTY .* set to nothing: /),
      expect.stringMatching(/load\.request\.headers\.X-A needs the variable B .*: ask ops for it$/),
      expect.stringMatching(/load\.request\.headers\.X-B needs the file no\.txt, which cannot be read: ENOENT/),
    ]);
  });

  it('are told with other mistakes of the file, and not as mistakes of what they were to be', () => {
    const lines = refused(asking('{ body: x, verb: PUT }').replace('10/s', '"${env.R}"'));
    expect(lines).toHaveLength(2);
    expect(lines.join()).toMatch(/steps\[0\]\.rate needs the variable R.*verb is not a known key/s);
  });

  it.each([
    ['${env.}', 'must name a variable'],
    ['${env.A-B C}', undefined],
    ['${env.a b}', 'must name a variable'],
    ['${env.A', 'without the } that ends it'],
    ['${file.}', 'must name a file'],
  ])('refuses %s', (written, message) => {
    if (message === undefined) expect(bodyOf(written)).toBe('B C');
    else expect(refused(asking(`{ method: POST, body: ${JSON.stringify(written)} }`)).join()).toContain(message);
  });

  it('say what to do where they stand in a map of one line without quotes', () => {
    const text = asking('{}').replace('rate: 10/s', 'rate: ${env.R}/s');
    expect(refused(text)[0]).toContain('quote what has a place in it');
  });

  it('leave no feeder a name of theirs', () => {
    expect(
      refused(
        asking('{ path: "/${env.id}" }', '').replace('load:', 'load:\n  feeders: { env: { csv: a.csv } }'),
      ).join(),
    ).toContain('cannot be the name of a feeder');
  });
});

it('passwords are text as they are written, whatever numbers YAML makes of them', () => {
  const { scenario } = load(asking('{ basicAuth: { user: 007, password: 1_000 } }'));
  const sent = Buffer.from('007:1_000').toString('base64');
  expect(scenario.load.requests[0]?.headers['Authorization']).toBe(`Basic ${sent}`);
});

describe('the scenario that is kept', () => {
  it('has what is written, can be read again, and finds the same files', () => {
    const { text } = load(asking('{ headers: { X-A: "${env.A}", X-B: "${file.token.txt}" } }'), { A: 'value-of-a' });
    expect(parse(text).load.request.headers).toEqual({ 'X-A': '${env.A}', 'X-B': '${file./here/token.txt}' });
    expect(text).not.toContain('value-of-a');
  });

  it('says of secrets that it had itself where to give them, and has them in no comment', () => {
    const given = asking('{ basicAuth: { user: anna, password: hunter2 } } # hunter2', 'slo: []\n').replace(
      'LOG: info',
      'DB_PASSWORD: pg-pass-1, DB_URL: "postgres://u:url-pass-1@db/x"',
    );
    const { text } = load(given);
    for (const secret of ['hunter2', 'pg-pass-1', 'url-pass-1']) expect(text).not.toContain(secret);
    expect(refused(text).join('\n')).toMatch(/variable PASSWORD .*stood in the scenario/);
    const again = load(text, { PASSWORD: 'hunter2', DB_PASSWORD: 'pg-pass-1', DB_URL: 'url-pass-1' }).scenario;
    expect(again).toEqual(load(given).scenario);
  });
});
