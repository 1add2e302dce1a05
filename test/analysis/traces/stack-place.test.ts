import { describe, expect, it } from 'vitest';
import { beginsStream, placeOf } from '../../../src/analysis/traces/stack-place.ts';

const served = [
  'net/http.HandlerFunc.ServeHTTP',
  'net/http.(*ServeMux).ServeHTTP',
  'net/http.serverHandler.ServeHTTP',
  'net/http.(*conn).serve',
];

describe('a connection of net/http', () => {
  it.each([
    ['waits for its next request', ['internal/poll.(*FD).Read', 'bufio.(*Reader).Peek'], 'idle'],
    ['reads the head of one', ['bufio.(*Reader).ReadSlice', 'net/http.(*conn).readRequest'], 'read-head'],
    ['shakes hands', ['net.(*conn).Read', 'crypto/tls.(*Conn).HandshakeContext'], 'handshake'],
    ['is in its handler', ['time.Sleep', 'shop.find', ...served.slice(0, -1)], 'handler'],
    ['writes the end of its answer', ['syscall.write', 'net/http.(*response).finishRequest'], 'finish'],
    ['does something else', ['net.(*conn).Close', 'net/http.(*conn).close'], 'other'],
  ])('%s', (_, functions, phase) => {
    expect(placeOf([...functions, 'net/http.(*conn).serve'])).toMatchObject({ serves: 'connection', phase });
  });

  it('is routed to the function that the innermost router calls, behind what wraps it', () => {
    const wrapped = [
      'time.Sleep',
      'shop.find',
      'shop.(*API).Items',
      ...served.slice(0, 2),
      'shop.logged.func1',
      ...served,
    ];
    expect(placeOf(wrapped)).toMatchObject({ route: 'shop.(*API).Items', site: 'time.Sleep in shop.find' });
    const bare = ['time.Sleep', 'shop.(*API).ServeHTTP', 'net/http.serverHandler.ServeHTTP', 'net/http.(*conn).serve'];
    expect(placeOf(bare).route).toBe('shop.(*API).ServeHTTP');
  });
});

it.each([
  [
    'a handler within handlers',
    'files.(*Server).ServeHTTP',
    ['web.HandlerFunc.ServeHTTP', 'web.(*Subroute).ServeHTTP'],
  ],
  [
    'what gin calls',
    'shop.items',
    ['github.com/gin-gonic/gin.(*Context).Next', 'github.com/gin-gonic/gin.(*Engine).ServeHTTP'],
  ],
  [
    'what echo calls',
    'shop.items',
    ['github.com/labstack/echo/v4.(*Echo).add.func1', 'github.com/labstack/echo/v4.(*Echo).ServeHTTP'],
  ],
])('a request is routed to %s', (_, route, routers) => {
  const stack = [
    'time.Sleep',
    'shop.find',
    route,
    ...routers,
    'net/http.serverHandler.ServeHTTP',
    'net/http.(*conn).serve',
  ];
  expect(placeOf(stack).route).toBe(route);
});

describe('what a request waits for', () => {
  it.each([
    [
      'an answer',
      ['net/http.(*persistConn).roundTrip', 'net/http.(*Transport).roundTrip', 'shop.ask'],
      { client: 'answer' },
    ],
    ['a connection', ['net/http.(*Transport).getConn', 'shop.ask'], { client: 'connection' }],
    ['a connection of a database', ['database/sql.(*DB).conn', 'shop.rows'], { client: 'connection' }],
    [
      'the body of an answer',
      ['net.(*conn).Read', 'net/http.(*body).Read', 'net/http.(*bodyEOFSignal).Read', 'shop.ask'],
      { client: 'answer', isOfClient: false },
    ],
    [
      'the body of an answer of HTTP/2',
      ['sync.(*Cond).Wait', 'net/http.(*http2pipe).Read', 'net/http.http2transportResponseBody.Read', 'shop.ask'],
      { client: 'answer', isOfClient: false },
    ],
    [
      'a lock',
      ['sync.(*Mutex).Lock', 'shop.(*Pool).Get'],
      { wait: 'lock', site: 'sync.(*Mutex).Lock in shop.(*Pool).Get' },
    ],
    ['goroutines that it started', ['sync.(*WaitGroup).Wait', 'shop.all'], { wait: 'join' }],
    [
      'the body of the request',
      ['sync.(*Cond).Wait', 'net/http.(*body).Read', 'shop.upload'],
      { isOfClient: true, client: undefined },
    ],
  ])('%s', (_, functions, told) => {
    expect(placeOf([...functions, ...served])).toMatchObject(told);
  });

  it('is the collector where its leaf is one of the runtime, whatever the reason is called', () => {
    const assist = ['runtime.gcMarkDone', 'runtime.gcAssistAlloc', 'runtime.mallocgc', 'shop.find', ...served];
    expect(placeOf(assist)).toMatchObject({ isCollector: true, isAssist: true });
    expect(placeOf(['sync.(*Mutex).Lock', 'shop.gcLogs', ...served]).isCollector).toBe(false);
  });
});

it.each([
  ['HTTP/2', 'net/http.(*http2serverConn).runHandler'],
  ['HTTP/2 of Go 1.27', 'net/http/internal/http2.(*serverConn).runHandler'],
  ['HTTP/2 of x/net', 'golang.org/x/net/http2.(*serverConn).runHandler'],
  ['gRPC', 'google.golang.org/grpc.(*Server).handleStream'],
])('a goroutine for each request is known: %s', (_, root) => {
  expect(placeOf(['time.Sleep', 'shop.find', root])).toMatchObject({ serves: 'stream', phase: 'handler' });
});

it('goroutines that serve nothing are told from those that do by the function they begin with', () => {
  expect(beginsStream('net/http.(*http2serverConn).processHeaders.gowrap1')).toBe(true);
  expect(beginsStream('google.golang.org/grpc.(*Server).serveStreams.func2.1')).toBe(true);
  expect(beginsStream('net/http.(*Server).Serve.gowrap3')).toBe(false);
  expect(placeOf(['time.Sleep', 'shop.refresh', 'shop.main.func1'])).toMatchObject({
    serves: undefined,
    phase: 'none',
  });
});

it('a connection that carries requests of HTTP/2 serves none itself, not even within the handler that took it over', () => {
  const taken = [
    'golang.org/x/net/http2.(*serverConn).serve',
    'golang.org/x/net/http2/h2c.h2cHandler.ServeHTTP',
    ...served,
  ];
  expect(placeOf(taken)).toMatchObject({ serves: 'streams', phase: 'none' });
  expect(placeOf(['net/http.(*http2serverConn).serve', 'net/http.(*conn).serve']).serves).toBe('streams');
});

describe('gRPC', () => {
  const calls = ['google.golang.org/grpc.(*Server).processUnaryRPC', 'google.golang.org/grpc.(*Server).handleStream'];
  const worker = 'google.golang.org/grpc.(*Server).serverWorker';

  it('has workers, which are idle where they wait for a call', () => {
    expect(placeOf([worker])).toMatchObject({ serves: 'worker', phase: 'idle' });
    expect(placeOf(['runtime.gopark', 'runtime.chanrecv', worker])).toMatchObject({ serves: 'worker', phase: 'idle' });
    expect(placeOf(['time.Sleep', 'shop.find', ...calls, worker])).toMatchObject({
      serves: 'worker',
      phase: 'handler',
    });
  });

  it('routes to what protoc wrote for a method, behind interceptors', () => {
    const intercepted = ['time.Sleep', 'shop.find', 'pb._Shop_Find_Handler', 'shop.logged', ...calls];
    expect(placeOf(intercepted).route).toBe('pb._Shop_Find_Handler');
  });

  it('waits for its client where its transport does, at a place of the service', () => {
    const reading = 'google.golang.org/grpc/internal/transport.(*recvBufferReader).readMessageHeader';
    expect(placeOf([reading, 'shop.talk', ...calls])).toMatchObject({
      isOfClient: true,
      site: `${reading} in shop.talk`,
    });
  });
});
