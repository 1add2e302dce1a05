import { expect, it } from 'vitest';
import { isForeign, isOfModule, isStandard, packageOf } from '../../src/goruntime/package-names.ts';

it.each([
  ['net/http.(*Server).Serve', 'net/http'],
  ['main.main.func1', 'main'],
  ['gopkg.in/yaml%2ev3.Unmarshal', 'gopkg.in/yaml.v3'],
  ['github.com/x/y.z/v2.(*T).M.func1', 'github.com/x/y.z/v2'],
  ['main.F[go.shape.struct { a.b/c int }]', 'main'],
  ['slices.SortFunc[...]', 'slices'],
  ['memcpy', ''],
  ['0x12', ''],
  ['', ''],
])('finds the package of %j', (frame, path) => {
  expect(packageOf(frame)).toBe(path);
});

it('takes what Go keeps for itself for the standard library, and nothing that only begins like it', () => {
  const own = [
    'uuid.New',
    'encoding/json.Marshal',
    'vendor/golang.org/x/net/http2/hpack.f',
    'runtime/internal/atomic.Load',
  ];
  expect(own.filter((frame) => !isStandard(frame))).toEqual([]);
  expect(['github.com/google/uuid.New', 'main.run', 'timex.Sleep', 'memcpy'].filter(isStandard)).toEqual([]);
});

it("takes functions of C and addresses for nobody's own", () => {
  expect(['memcpy', '0x4711', 'sync.(*Mutex).Lock'].filter((frame) => !isForeign(frame))).toEqual([]);
  expect(isForeign('shop.example/api.serve')).toBe(false);
});

it('knows the functions of a module, also where its last name has a dot', () => {
  expect(isOfModule('shop.example/api.serve', 'shop.example/api')).toBe(true);
  expect(isOfModule('shop.example/api%2ev2.serve', 'shop.example/api.v2')).toBe(true);
  expect(isOfModule('shop.example/api/store.(*DB).Get', 'shop.example/api')).toBe(true);
  expect(isOfModule('main.run', 'shop.example/api')).toBe(true);
  expect(isOfModule('shop.example/apis.serve', 'shop.example/api')).toBe(false);
});
