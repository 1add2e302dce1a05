/** What Go source says, whatever stands in it: words, calls, settings, places to listen, routes, subcommands. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, isBuilt } from '../../../src/topology/go-source/build-constraint.ts';
import { listensOf, portOf } from '../../../src/topology/go-source/listens.ts';
import { routesOf } from '../../../src/topology/go-source/routes.ts';
import { constantsOf, settingsOf } from '../../../src/topology/go-source/settings.ts';
import { servingCommands, subcommandsOf } from '../../../src/topology/go-source/subcommands.ts';
import { readGoFile } from '../../../src/topology/go-source/syntax.ts';
import { tokensOf } from '../../../src/topology/go-source/tokens.ts';

const fileOf = (body: string) => readGoFile('main.go', `package main\n${body}`);

function settings(body: string) {
  const file = fileOf(body);
  return settingsOf(file, constantsOf(file)).map(({ via, name, preset, isRequired }) =>
    [via, name, preset ?? '-', ...(isRequired ? ['required'] : [])].join(' '),
  );
}

function listens(body: string) {
  const file = fileOf(body);
  const constants = constantsOf(file);
  return listensOf(file, constants, settingsOf(file, constants)).map(({ kind, address, setting }) =>
    [kind, address ?? '-', ...(setting ? [setting.name] : [])].join(' '),
  );
}

const routes = (body: string) => routesOf(fileOf(body)).map(({ method, path }) => `${method} ${path}`);

describe('words of Go source', () => {
  it('are names, texts and signs, without comments', () => {
    const source = 'a /* "x" */ := "b\\"c\\n" + `d\n"e"` // f("g")\n\'h\' 0x1F';
    expect(tokensOf(source).map(({ kind, text, line }) => `${kind} ${text} ${line}`)).toEqual([
      'name a 1',
      'sign := 1',
      'text b"c\n 1',
      'sign + 1',
      'text d\n"e" 1',
      'number h 3',
      'number 0x1F 3',
    ]);
  });

  it('come to an end, whatever stands there', () => {
    const piece = fc.constantFrom(
      '"',
      '`',
      "'",
      '/*',
      '*/',
      '//',
      '\\',
      '{',
      '}',
      '(',
      ')',
      '\n',
      'func',
      'a.B(',
      ':=',
      'É',
      '1',
    );
    const source = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(source, (text) => {
        const file = readGoFile('x.go', text);
        const constants = constantsOf(file);
        listensOf(file, constants, settingsOf(file, constants));
        routesOf(file);
        subcommandsOf(file);
        expect(holds(text, () => true)).toEqual(expect.any(Boolean));
      }),
    );
  });
});

it('imports are those of a file, alone and in a list, with their names', () => {
  const file = readGoFile(
    'a.go',
    'package a\nimport "fmt"\nimport (\n\t_ "net/http/pprof"\n\tlog "x/y"\n\t"z"\n)\nvar s = "no"',
  );
  expect([...file.imports]).toEqual([
    ['fmt', undefined],
    ['net/http/pprof', '_'],
    ['x/y', 'log'],
    ['z', undefined],
  ]);
});

describe('settings', () => {
  it.each([
    ['flag.String("addr", ":8080", "where")', ['flag addr :8080']],
    ['flag.StringVar(&addr, "addr", defaultAddr, "where"); const defaultAddr = ":9"', ['flag addr :9']],
    ['rootCmd.PersistentFlags().IntP("port", "p", 8080, "where")', ['flag port 8080']],
    ['cmd.Flags().StringVarP(&cfg.Addr, "http-addr", "a", "localhost:8080", "x")', ['flag http-addr localhost:8080']],
    ['zap.String("addr", addr); slog.String("port", ":8080")', []],
    [
      'app.Flag("web.listen", "x").Short(\'w\').Default(":9090").Envar("WEB_LISTEN").String()',
      ['flag web.listen :9090', 'variable WEB_LISTEN :9090'],
    ],
    [
      'x := &cli.StringFlag{Name: "addr, a", Value: ":80", EnvVars: []string{"ADDR"}}',
      ['flag addr :80', 'variable ADDR :80'],
    ],
    [
      'x := &cli.IntFlag{Name: "port", Value: 80, Sources: cli.EnvVars("PORT"), Required: true}',
      ['flag port 80 required', 'variable PORT 80 required'],
    ],
    ['p := os.Getenv("PORT")', ['variable PORT -']],
    ['p := os.Getenv("PORT")\nif p == "" {\n\tp = "8080"\n}', ['variable PORT 8080']],
    ['p := cmp.Or(os.Getenv("PORT"), "8080")', ['variable PORT 8080']],
    ['p, ok := os.LookupEnv("DSN")', ['variable DSN -']],
    ['p := getEnv("HTTP_PORT", "3000")', ['variable HTTP_PORT 3000']],
    ['p := env.GetInt("HTTP_PORT", 3000)', ['variable HTTP_PORT 3000']],
    ['p := mustGetenv("DSN")', ['variable DSN - required']],
    ['mustMapEnv(&svc.addr, "CART_ADDR")', ['variable CART_ADDR - required']],
    ['os.Setenv("A_B", "x"); t.Setenv("C_D", "x")', []],
    ['type c struct {\n\tPort int `env:"PORT" envDefault:"8080"`\n}', ['variable PORT 8080']],
    ['type c struct {\n\tPort int `envconfig:"PORT" default:"8080" required:"true"`\n}', ['variable PORT 8080']],
    ['type c struct {\n\tDSN string `env:"DSN,required"`\n}', ['variable DSN - required']],
    ['type c struct {\n\tAddr string `env:"ADDR, default=:80"`\n}', ['variable ADDR :80']],
    [
      'type c struct {\n\tAddr string `long:"addr" env:"ADDR" default:":80"`\n}',
      ['variable ADDR :80', 'flag addr :80'],
    ],
    ['type c struct {\n\tPort int `arg:"--port,env:PORT" default:"80"`\n}', ['variable PORT 80']],
    ['viper.SetDefault("port", 8080); viper.BindEnv("port", "APP_PORT")', ['variable APP_PORT 8080']],
  ])('of %s', (body, found) => {
    expect(settings(body)).toEqual(found);
  });

  it('of the exporters of Prometheus are a flag of their library', () => {
    const file = readGoFile(
      'm.go',
      'package main\nimport "github.com/prometheus/exporter-toolkit/web/kingpinflag"\nvar c = kingpinflag.AddFlags(app, ":9100")',
    );
    expect(settingsOf(file, new Map())).toMatchObject([{ via: 'flag', name: 'web.listen-address', preset: ':9100' }]);
  });
});

describe('places to listen', () => {
  it.each([
    ['http.ListenAndServe(":8080", nil)', ['http :8080']],
    ['log.Fatal(http.ListenAndServe("localhost:8080", mux))', ['http localhost:8080']],
    ['const addr = ":8081"\nfunc f() { http.ListenAndServe(addr, nil) }', ['http :8081']],
    ['http.ListenAndServe(":"+os.Getenv("PORT"), nil)', ['http - PORT']],
    [
      'port := os.Getenv("PORT")\nif port == "" { port = "9000" }\nhttp.ListenAndServe(":"+port, nil)',
      ['http :9000 PORT'],
    ],
    ['addr := flag.String("addr", ":7000", "x")\nfunc f() { http.ListenAndServe(*addr, nil) }', ['http :7000 addr']],
    ['s := &http.Server{Addr: ":8443", Handler: m}\ns.ListenAndServeTLS("a", "b")', ['http :8443']],
    ['port := 8088\nx := http.Server{Addr: fmt.Sprintf(":%d", port)}', ['http :8088']],
    ['l, err := net.Listen("tcp", ":6000")', ['tcp :6000']],
    ['l, err := lc.Listen(ctx, "tcp", "127.0.0.1:6001")', ['tcp 127.0.0.1:6001']],
    ['r.Run(":8082"); e.Start(":1323"); app.Listen(":3000")', ['http :8082', 'http :1323', 'http :3000']],
    ['sc := echo.StartConfig{Address: ":1323"}', ['http :1323']],
    ['cmd.Run(); worker.Start(ctx); func (s *Server) Run(addr string) {}', []],
  ])('of %s', (body, found) => {
    expect(listens(body)).toEqual(found);
  });

  it('of gin alone are PORT, else 8080', () => {
    const file = readGoFile(
      'm.go',
      'package main\nimport "github.com/gin-gonic/gin"\nfunc main() { r := gin.Default(); r.Run() }',
    );
    expect(listensOf(file, new Map(), [])).toMatchObject([{ address: ':8080', setting: { name: 'PORT' } }]);
  });

  it.each([
    [':8080', 8080],
    ['0.0.0.0:80', 80],
    ['[::1]:9', 9],
    ['8080', 8080],
    [':0', undefined],
    [':99999', undefined],
    ['a:b', undefined],
    [undefined, undefined],
  ])('%s is at port %s', (address, port) => {
    expect(portOf(address)).toBe(port);
  });
});

describe('routes', () => {
  it.each([
    ['http.HandleFunc("/healthz", h); mux.Handle("/metrics", promhttp.Handler())', ['* /healthz', '* /metrics']],
    [
      'mux.HandleFunc("GET /items/{id}", h); mux.HandleFunc("POST example.com/x", h); mux.HandleFunc("GET /{$}", h)',
      ['GET /items/{id}', 'POST /x', 'GET /'],
    ],
    ['r.Get("/a", h); r.Post("/a", h)', ['GET /a', 'POST /a']],
    [
      'r.Route("/api", func(r chi.Router) {\n\tr.Get("/users", h)\n\tr.Route("/v1", func(r chi.Router) { r.Get("/x", h) })\n})',
      ['GET /api/users', 'GET /api/v1/x'],
    ],
    ['r.Mount("/debug", middleware.Profiler())', ['* /debug/*']],
    ['v1 := r.Group("/v1")\nv1.GET("/ping", h)\nv2 := v1.Group("/v2")\nv2.GET("", h)', ['GET /v1/ping', 'GET /v1/v2']],
    [
      'e.GET("/", h); e.Any("/x", h); e.Add("GET", "/y", h); e.Add(http.MethodPut, "/z", h)',
      ['GET /', '* /x', 'GET /y', 'PUT /z'],
    ],
    [
      'r.HandleFunc("/a", h).Methods("POST"); r.HandleFunc("/b", h).Methods(http.MethodGet, "PUT").Name("b")',
      ['POST /a', 'GET /b'],
    ],
    ['s := r.PathPrefix("/api").Subrouter()\ns.HandleFunc("/c", h)', ['* /api/c']],
    ['router.Handle("GET", "/h", h); router.HandlerFunc(http.MethodGet, "/i", h)', ['GET /h', 'GET /i']],
    ['app.Get("/f", h); app.All("/g", h)', ['GET /f', '* /g']],
    ['http.Get("http://x/"); client.Get("/x"); m.Get(ctx, "/x"); cache.Delete("key", 1)', []],
  ])('of %s', (body, found) => {
    expect(routes(body)).toEqual(found);
  });

  it('in a group that came from elsewhere are not whole', () => {
    const [route] = routesOf(fileOf('func users(g *gin.RouterGroup) { g.GET("/list", h) }'));
    expect(route).toMatchObject({ path: '/list', isWhole: false });
  });
});

describe('subcommands', () => {
  it.each([
    ['c := &cobra.Command{Use: "serve [flags]", RunE: run}', ['serve']],
    ['c := &cli.Command{Name: "server", Action: f}; d := cli.Command{Name: "migrate"}', ['server', 'migrate']],
    ['switch os.Args[1] {\ncase "serve":\n\tserve()\ncase "version":\n}', ['serve', 'version']],
    ['serve := app.Command("serve", "starts it"); exec.Command("ls", "-l")', ['serve']],
    ['var c struct {\n\tServe ServeCmd `cmd:"" help:"x"`\n}', ['serve']],
    ['switch kind {\ncase "serve":\n}', []],
  ])('of %s', (body, found) => {
    expect(subcommandsOf(fileOf(body))).toEqual(found);
  });

  it('that serve come in the order of their names', () => {
    expect(servingCommands(['migrate', 'run-api', 'start', 'version', 'serve', 'server'])).toEqual([
      'serve',
      'server',
      'start',
      'run-api',
    ]);
  });
});

describe('a file is built here', () => {
  const place = { os: 'linux', arch: 'amd64' };
  it.each([
    ['main.go', 'package main', true],
    ['main_test.go', 'package main', false],
    ['_x.go', 'package main', false],
    ['a_windows.go', 'package a', false],
    ['a_linux.go', 'package a', true],
    ['a_linux_arm64.go', 'package a', false],
    ['linux.go', 'package a', true],
    ['windows.go', 'package a', true],
    ['gen.go', '//go:build ignore\n\npackage main', false],
    ['a.go', '// Copyright\n\n//go:build linux && (amd64 || arm64) && !appengine\n\npackage a', true],
    ['a.go', '//go:build unix\npackage a', true],
    ['a.go', '//go:build go1.18 && darwin\npackage a', false],
    ['a.go', '/* //go:build ignore */\npackage a\n//go:build ignore', true],
  ])('%s: %s', (name, source, expected) => {
    expect(isBuilt(name, source, place)).toBe(expected);
  });
});
