// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of values are written so
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { isSecretName } from '../../src/model/secret-names.ts';
import { known } from '../../src/registry.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';

interface Asked {
  readonly request?: string;
  readonly env?: string;
  readonly more?: string;
}

function load({ request = '{}', env = '{}', more = '' }: Asked, variables: Readonly<Record<string, string>> = {}) {
  const text = `name: shop
topology: { compose: compose.yaml, env: { api: ${env} } }
target: { service: api, port: 80 }
load:
  request: ${request}
  steps: [{ name: hold, rate: 10/s, for: 1s }]
${more}`;
  const values = { env: (name: string) => variables[name], file: (path: string) => `content-of-${path}` };
  return loadScenario({ file: 'a.yaml', text, overrides: [], known, values });
}

/** The secrets that are looked for, and those that are not. */
function secretsOf(asked: Asked, variables?: Readonly<Record<string, string>>) {
  const { secrets } = load(asked, variables);
  const values = (isSought: boolean) => [
    ...new Set(secrets.filter((each) => each.isSought === isSought).map(({ value }) => value)),
  ];
  return { sought: values(true), kept: values(false) };
}

describe('secrets of a scenario', () => {
  it.each<[string, Asked, string[]]>([
    ['an Authorization header', { request: '{ headers: { authorization: Bearer abc-123 } }' }, ['abc-123']],
    [
      'one of the Basic scheme',
      { request: '{ headers: { Authorization: Basic YW5uYTpodW50ZXIy } }' },
      ['YW5uYTpodW50ZXIy', 'anna:hunter2', 'hunter2'],
    ],
    [
      'a cookie',
      { request: '{ headers: { Cookie: "sid=abc-123; theme=dark" } }' },
      ['sid=abc-123; theme=dark', 'abc-123'],
    ],
    ['a header that is called like one', { request: '{ headers: { X-Api-Key: k-12345 } }' }, ['k-12345']],
    [
      'basicAuth, also as it is sent',
      { request: '{ basicAuth: { user: anna, password: secret } }' },
      ['secret', 'YW5uYTpzZWNyZXQ='],
    ],
    [
      'a variable that is called like one',
      { env: '{ DB_PASSWORD: pg-pass-1, authToken: at-12345 }' },
      ['pg-pass-1', 'at-12345'],
    ],
    [
      'the password of a URL',
      { env: '{ DB: "postgres://u:pa%20ss-1@db/x" }' },
      ['pa%20ss-1', 'pa ss-1', 'dTpwYSBzcy0x'],
    ],
    ['a parameter of a path', { request: '{ path: "/x?api_key=k-12345&page=2" }' }, ['k-12345']],
    ['a field of JSON', { request: `{ method: POST, body: '{"user":"anna","password":"pa\\"ss-1"}' }` }, ['pa"ss-1']],
    [
      'a header that a command is given',
      { more: 'faults: [{ at: 0s, for: 1s, run: [curl, -H, "Authorization: Bearer abc-123"], undo: [x] }]\n' },
      ['abc-123'],
    ],
    ['a field of a form', { request: '{ method: POST, body: user=anna&password=pass+w-1 }' }, ['pass+w-1', 'pass w-1']],
  ])('are in %s', (_, asked, values) => {
    expect(secretsOf(asked).sought).toEqual(values);
  });

  it('are none in what is called otherwise', () => {
    const asked = {
      request: '{ headers: { Accept: text/plain, X-Trace: abc-123 } }',
      env: '{ GOGC: "200", CACHE_KEY: user-id, TOKEN_TTL: 3600s, AUTH: "off", SESSION_DRIVER: database }',
    };
    expect(secretsOf(asked)).toEqual({ sought: [], kept: [] });
  });

  it('are all that users send from variables and files, and of what services get all but plain settings', () => {
    const variables = { A: 'value-a', LEVEL: 'debug', N: '150', DSN: 'info', LONG: 'a-long-value' };
    const asked = {
      request: '{ method: POST, body: "${env.A}${file.x}" }',
      env: '{ LOG: "${env.LEVEL}", GOGC: "${env.N}", DB: "${env.DSN}", X: "${env.LONG}" }',
    };
    expect(secretsOf(asked, variables).sought).toEqual(['info', 'a-long-value', 'value-a', 'content-of-x']);
  });

  it('are in the user and the query of a URL, and not in what else it is made of', () => {
    const text = `name: a
topology:
  engine: external
  targets: [{ name: api, pprof: "http://anna:\${env.A}@127.0.0.1:\${env.PORT}/debug/pprof", metrics: "http://\${env.HOST}/metrics?t=\${env.B}" }]
target: { url: "http://127.0.0.1:\${env.PORT}/\${env.C}" }
load: { steps: [{ rate: 10/s, for: 1s }] }
`;
    const variables: Readonly<Record<string, string>> = {
      A: 'value-a',
      B: 'value-b',
      C: 'value-c',
      PORT: '8080',
      HOST: '127.0.0.1',
    };
    const values = { env: (name: string) => variables[name], file: String };
    const { secrets } = loadScenario({ file: 'a.yaml', text, overrides: [], known, values });
    expect([...new Set(secrets.map(({ value }) => value))]).toEqual([
      'value-a',
      'value-b',
      Buffer.from('anna:value-a').toString('base64'),
    ]);
  });

  it('are no places of feeders and of values of flows', () => {
    const asked = {
      request: '{ method: POST, headers: { Authorization: "Bearer ${u.token}" }, body: \'{"password":"${u.pw}"}\' }',
    };
    expect(secretsOf(asked)).toEqual({ sought: [], kept: [] });
    const ofFlow = { request: '{ headers: { Authorization: "Bearer ${token}", X-Api-Key: "${user.key}" } }' };
    expect(secretsOf(ofFlow)).toEqual({ sought: [], kept: [] });
  });

  it('are defaults of variables that are called like one, and the kept scenario asks for those', () => {
    const read = load({ request: '{ headers: { X-A: "${env.TOKEN:-dev-tok-1}" } }' });
    expect(read.secrets.map(({ value, isSought }) => [value, isSought])).toEqual([['dev-tok-1', true]]);
    expect(read.text).toContain('${env.TOKEN:?it stood in the scenario');
    expect(read.text).not.toContain('dev-tok-1');
  });

  it('are what `secrets` names, also where only services have it, and never what `readable` names', () => {
    const asked = {
      request: '{ headers: { X-Region: "${env.REGION}" } }',
      more: 'secrets: [HIDDEN]\nreadable: [REGION]\n',
    };
    expect(secretsOf(asked, { REGION: 'eu-west-1', HIDDEN: 'only-services' }).sought).toEqual(['only-services']);
  });

  it('are not looked for where they are too short, or stand in a name that reports need', () => {
    const asked = { request: '{ basicAuth: { user: u, password: ap }, headers: { X-A: "${env.A}" } }' };
    expect(secretsOf(asked, { A: 'hol' })).toEqual({
      sought: [Buffer.from('u:ap').toString('base64')],
      kept: ['hol', 'ap'],
    });
    expect(secretsOf(asked, { A: 'shop' }).kept).toContain('shop');
    expect(secretsOf(asked, { A: 'hold' }).kept).toContain('hold');
  });

  it('are refused where reports show what they are about, and in the words of a command', () => {
    const refused = (asked: Asked) => {
      try {
        load(asked, { TOKEN: 'tok-4711' });
      } catch (error) {
        return messageOf(error);
      }
      return '';
    };
    const inName = refused({ more: 'variants: { a: { images: { api: "x:${env.TOKEN}" } } }\n' });
    expect(inName).toMatch(/variants\.a\.images\.api has \$\{env\.TOKEN\}, which is secret, .*readable: \[TOKEN\]/);
    const inCommand = refused({ more: 'faults: [{ at: 0s, for: 1s, run: [curl, "${env.TOKEN}"] }]\n' });
    expect(inCommand).toMatch(/run\[1\] has \$\{env\.TOKEN\}, and everybody on this machine can read/);
    const literal = refused({
      request: '{ basicAuth: { user: a, password: tok-4711 } }',
      more: 'faults: [{ at: 0s, for: 1s, run: [curl, "-u", "a:tok-4711"] }]\n',
    });
    expect(literal).toMatch(/run\[2\] has a secret in it, and everybody on this machine can read/);
    expect(`${inName}${inCommand}${literal}`).not.toContain('tok-4711');
  });

  it('are in no message about what is wrong with the scenario', () => {
    try {
      load({ request: '{ path: "${env.TOKEN}", headers: { Connection: "${env.TOKEN}" } }' }, { TOKEN: 'tok "4711"' });
      expect.unreachable();
    } catch (error) {
      expect(messageOf(error)).toContain('got "***"');
      expect(messageOf(error)).not.toContain('4711');
    }
  });
});

describe('isSecretName', () => {
  it.each([
    'Authorization',
    'X-Api-Key',
    'apiKey',
    'DB_PASSWORD',
    'dbpassword',
    'githubToken',
    'JWT',
    'Cookie',
    'client_secret',
    'X-Amz-Security-Token',
    'SESSION_ID',
    'AWS_SECRET_ACCESS_KEY',
  ])('says so of %s', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'GOGC',
    'Accept',
    'CACHE_KEY',
    'KEYSPACE',
    'MONKEY',
    'author',
    'PASSENGERS',
    'TOKEN_TTL',
    'TLS_KEY_FILE',
    'X-Request-Id',
    'partition-key',
    'COMPASS',
  ])('does not say so of %s', (name) => expect(isSecretName(name)).toBe(false));
});
