// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of values are written so
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cli, expectComplete, readResult, workDirectory } from '../helpers/cli.ts';
import { goProgram } from '../helpers/go-programs.ts';

const shop = 'http://127.61.0.3:18081';

interface Seen {
  readonly read: Readonly<Record<string, number>>;
  readonly mistakes: Readonly<Record<string, number>>;
  readonly visits: number;
}

describe('rampart run with flows', () => {
  const directory = workDirectory();
  let service: ChildProcess;
  beforeAll(async () => {
    const binary = await goProgram('shop', join(import.meta.dirname, '..', 'fixtures', 'shop'));
    const env = { ...process.env, LISTEN_ADDR: '127.61.0.3:18081', CART_DELAY: '30ms' };
    service = spawn(binary, { env, stdio: 'ignore' });
    await vi.waitFor(async () => expect((await fetch(`${shop}/seen`)).status).toBe(200), 60_000);
  });
  afterAll(() => {
    service.kill();
  });

  it('leads each arrival through a shop that takes no wrong cookie, token or identifier', async () => {
    writeFileSync(join(directory, 'users.csv'), 'name,word\nanna,a\nbert,b\n');
    writeFileSync(
      join(directory, 'shop.yaml'),
      `name: shop
topology: { engine: external }
target: { url: "${shop}/" }
load:
  idle: 200ms
  feeders: { user: { csv: users.csv } }
  flows:
    - name: buy
      cookies: true
      redirects: 3
      requests:
        - name: login
          method: POST
          path: /login
          body: '{"user":"\${user.word}"}'
          extract: { token: { json: "$.list[0].token" }, id: { json: $..id } }
        - name: cart
          path: /cart/\${token}
          headers: { X-User: "\${user.word}" }
          compression: gzip
          think: { from: 50ms, to: 200ms }
          extract: { next: { regex: "action='([^']+)'" } }
        - { name: checkout, method: POST, path: "\${next}", body: x=1, expect: { status: 200, bodyContains: thank you } }
  steps: [{ name: only, rate: 100/s, for: 2s }]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
slo:
  - "buy/login: errors == 0"
  - "buy: errors == 0"
`,
    );
    const end = await cli(['run', 'shop.yaml', '--out', 'run'], directory);
    const result = readResult(join(directory, 'run'));
    expectComplete(end, result);
    const seen = (await (await fetch(`${shop}/seen`)).json()) as Seen;
    expect(seen).toEqual({ read: { login: 200, cart: 200, checkout: 200, receipt: 200 }, mistakes: {}, visits: 200 });
    const [step] = result.steps;
    expect(step?.errors).toEqual({});
    expect(step?.load).toMatchObject({
      planned: 200,
      completed: 200,
      requests: 800,
      redirected: 200,
      encoded: { gzip: 200 },
    });
    const { requests = 0, unsent = 0, resent = 0 } = step?.load ?? {};
    expect(requests - unsent + resent).toBe(800);
    expect(step?.load.pausedUs).toBeGreaterThan(50_000);
    expect(step?.flows?.map(({ name, completed }) => [name, completed])).toEqual([['buy', 200]]);
    expect(step?.requests?.map(({ name, planned, completed }) => [name, planned, completed])).toEqual(
      ['buy/login', 'buy/cart', 'buy/checkout'].map((name) => [name, 200, 200]),
    );
    const p50 = (name: string) => step?.requests?.find((each) => each.name === name)?.serviceUs.p50 ?? 0;
    expect(p50('buy/cart')).toBeGreaterThanOrEqual(29_900);
    // On a machine that is late itself, each of them waits for that longer than for its answer.
    if ((step?.lagUs.p99 ?? 0) < 5000) expect(p50('buy/login')).toBeLessThan(p50('buy/cart'));
    expect(result.slo.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
  });
});
