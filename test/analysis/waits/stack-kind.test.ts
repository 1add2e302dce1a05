import { expect, test } from 'vitest';
import { stackKind } from '../../../src/analysis/waits/stack-kind.ts';
import { background, companions, parkedIn, request, served, stack } from '../../helpers/stacks.ts';

const { select, ioWait, chanReceive } = parkedIn;

test.each([
  ['pool', 'database/sql', parkedIn.sqlConn],
  ['pool', 'http.Transport', parkedIn.getConn],
  [
    'pool',
    'HTTP/2 streams',
    [
      ...parkedIn.cond,
      'net/http.(*http2ClientConn).awaitOpenSlotForStreamLocked',
      'net/http.(*http2clientStream).writeRequest',
    ],
  ],
  ['pool', 'x/sync semaphore', [...select, 'golang.org/x/sync/semaphore.(*Weighted).Acquire']],
  [
    'pool',
    'pgxpool',
    [
      ...select,
      'golang.org/x/sync/semaphore.(*Weighted).Acquire',
      'github.com/jackc/puddle/v2.(*Pool[...]).acquire',
      'github.com/jackc/puddle/v2.(*Pool[...]).Acquire',
      'github.com/jackc/pgx/v5/pgxpool.(*Pool).Acquire',
    ],
  ],
  [
    'pool',
    'redis',
    [
      ...select,
      'github.com/redis/go-redis/v9/internal/pool.(*ConnPool).waitTurn',
      'github.com/redis/go-redis/v9/internal/pool.(*ConnPool).Get',
    ],
  ],
  ['pool', 'mongo', [...select, 'go.mongodb.org/mongo-driver/x/mongo/driver/topology.(*pool).checkOut']],
  ['pool', 'store', [...parkedIn.cond, 'example.com/shop/store.(*sessionPool).acquire']],
  [
    'pool',
    'rate limiter',
    [...select, 'golang.org/x/time/rate.(*Limiter).wait', 'golang.org/x/time/rate.(*Limiter).Wait'],
  ],
  ['lock', 'sync.Mutex.Lock', parkedIn.mutex],
  ['lock', 'sync.Mutex.Lock', parkedIn.mutexOf120],
  ['lock', 'sync.RWMutex.RLock', parkedIn.rwMutexR],
  ['network', 'HTTP', parkedIn.roundTrip],
  ['network', 'HTTP', [...ioWait, 'net/http.(*persistConn).Read', 'net/http.(*bodyEOFSignal).Read', 'io.ReadAll']],
  [
    'network',
    'pgconn',
    [...ioWait, 'github.com/jackc/pgx/v5/pgconn.(*PgConn).receiveMessage', 'github.com/jackc/pgx/v5.(*Conn).Query'],
  ],
  ['network', 'mysql', [...ioWait, 'github.com/go-sql-driver/mysql.(*buffer).fill', 'database/sql.(*DB).queryDC']],
  ['network', 'network', [...ioWait, 'bufio.(*Reader).ReadSlice', 'example.com/shop/wire.(*Conn).Ask']],
  [
    'network',
    'gRPC',
    [
      ...select,
      'google.golang.org/grpc/internal/transport.(*recvBufferReader).readClient',
      'google.golang.org/grpc.(*clientStream).RecvMsg',
      'google.golang.org/grpc.(*ClientConn).Invoke',
    ],
  ],
  ['network', 'kafka-go', [...chanReceive, 'github.com/segmentio/kafka-go.(*Writer).WriteMessages']],
  ['network', 'child process', ['syscall.Syscall6', 'os.(*Process).Wait', 'os/exec.(*Cmd).Wait', 'os/exec.(*Cmd).Run']],
  ['network', 'child process', [...chanReceive, 'os/exec.(*Cmd).awaitGoroutines', 'os/exec.(*Cmd).Wait']],
  [
    'lock',
    'SQLite database',
    [...parkedIn.sleep, 'github.com/ncruces/go-sqlite3.busyCallback', 'database/sql.(*Tx).Exec'],
  ],
  ['client', 'its client', [...ioWait, 'net/http.(*connReader).Read', 'net/http.(*body).Read', 'io.ReadAll']],
  [
    'client',
    'its client',
    [...parkedIn.cond, 'net/http.(*http2pipe).Read', 'net/http.(*http2requestBody).Read', 'io.ReadAll'],
  ],
  [
    'client',
    'its client',
    [
      ...select,
      'net/http/internal/http2.(*serverConn).writeDataFromHandler',
      'net/http/internal/http2.(*responseWriterState).writeChunk',
      'net/http/internal/http2.(*responseWriter).Write',
    ],
  ],
  [
    'client',
    'its client',
    [
      ...select,
      'google.golang.org/grpc/internal/transport.(*recvBufferReader).read',
      'google.golang.org/grpc.(*parser).recvMsg',
      'google.golang.org/grpc.(*serverStream).RecvMsg',
    ],
  ],
  [
    'client',
    'its client',
    [
      ...select,
      'google.golang.org/grpc/internal/transport.(*writeQuota).get',
      'google.golang.org/grpc/internal/transport.(*http2Server).write',
      'google.golang.org/grpc.(*serverStream).SendMsg',
    ],
  ],
  ['queue', 'chan send', [...parkedIn.chanSend, 'example.com/shop/work.(*Crew).Do']],
  ['queue', 'select', [...select, 'example.com/shop/work.(*Crew).Do']],
  ['queue', 'sync.Cond.Wait', [...parkedIn.cond, 'example.com/shop/work.(*Crew).Do']],
  ['join', 'sync.WaitGroup.Wait', [...parkedIn.waitGroup, 'example.com/shop/work.all']],
  ['sleep', 'sleep', parkedIn.sleep],
  ['syscall', 'system call', parkedIn.syscall],
  ['gc', 'GC assist wait', ['runtime.gopark', 'runtime.gcParkAssist', 'runtime.gcAssistAlloc1', 'runtime.mallocgc']],
  ['runnable', 'running or runnable', parkedIn.running],
])('a request waits for %s, %s', (kind, what, parked) => {
  expect(stackKind(request(1, parked, 'example.com/shop.handle'))).toEqual({ kind, what, request: true });
});

test.each([
  ['a connection between requests', companions.keptAlive(1)],
  ['what watches a client while its request is served', companions.watcher(1)],
  ['the reader of a connection to an upstream', companions.readLoop(1)],
  ['the writer of a connection to an upstream', companions.writeLoop(1)],
  [
    'a listener',
    stack(1, [
      ...ioWait.slice(0, 5),
      'internal/poll.(*FD).Accept',
      'net.(*netFD).accept',
      'net/http.(*Server).Serve',
      'main.main',
    ]),
  ],
  ['a signal loop', stack(1, ['runtime.notetsleepg', 'os/signal.signal_recv', 'os/signal.loop'])],
  ['what opens connections for database/sql', background(1, select, 'database/sql.(*DB).connectionOpener')],
  [
    'a reader of a gRPC connection',
    background(1, ioWait, 'google.golang.org/grpc/internal/transport.(*http2Client).reader'),
  ],
  [
    'a writer of a gRPC connection',
    background(
      1,
      select,
      'google.golang.org/grpc/internal/transport.(*controlBuffer).get',
      'google.golang.org/grpc/internal/transport.(*loopyWriter).run',
    ),
  ],
  [
    'a reader of an HTTP/2 connection',
    background(
      1,
      ioWait,
      'net/http.(*http2Framer).ReadFrame',
      'net/http.(*http2clientConnReadLoop).run',
      'net/http.(*http2ClientConn).readLoop',
    ),
  ],
  [
    'one that hands its request to a goroutine with a timeout',
    request(1, select, 'net/http.(*timeoutHandler).ServeHTTP'),
  ],
  ['a look at the profiles', request(1, select, 'net/http/pprof.sleep', 'net/http/pprof.Profile')],
  [
    'a look at the profiles through fasthttp',
    background(
      1,
      chanReceive,
      'github.com/valyala/fasthttp/fasthttpadaptor.NewFastHTTPHandler.func1',
      'github.com/valyala/fasthttp/pprofhandler.PprofHandler',
      'main.route',
      'github.com/valyala/fasthttp.(*Server).serveConn',
    ),
  ],
  ['a connection of a protocol of its own', background(1, ioWait, 'bufio.(*Scanner).Scan', 'main.serve')],
])('%s is idle', (_, group) => {
  expect(stackKind(group)).toMatchObject({ kind: 'idle', request: false });
});

test.each([
  [
    'HTTP/2',
    ['net/http.HandlerFunc.ServeHTTP', 'net/http.serverHandler.ServeHTTP', 'net/http.(*http2serverConn).runHandler'],
  ],
  [
    'gRPC',
    [
      'google.golang.org/grpc.(*Server).processUnaryRPC',
      'google.golang.org/grpc.(*Server).handleStream',
      'google.golang.org/grpc.(*Server).serveStreams.func2.1',
    ],
  ],
  [
    'fasthttp',
    ['github.com/valyala/fasthttp.(*Server).serveConn', 'github.com/valyala/fasthttp.(*workerPool).workerFunc'],
  ],
  ['a handler with a timeout', ['net/http.HandlerFunc.ServeHTTP', 'net/http.(*timeoutHandler).ServeHTTP.func1']],
  ['net/http', served],
])('a handler of %s serves a request', (_, server) => {
  expect(stackKind(stack(1, [...parkedIn.sleep, 'example.com/shop.handle', ...server]))).toMatchObject({
    kind: 'sleep',
    request: true,
  });
});

test.each([
  ['net.(*Resolver).tryOneName', 'net.(*Resolver).goLookupIPCNAMEOrder.func3.1'],
  ['net.(*Resolver).lookupIPAddr.func1', 'internal/singleflight.(*Group).doCall'],
  ['net._C_getaddrinfo', 'net.doBlockingWithCtx[...].func1'],
])('what looks a name up for one who waits for it is a companion of that one: %s', (...own) => {
  expect(stackKind(background(2, ioWait, ...own)).kind).toBe('idle');
  expect(stackKind(request(1, select, 'net.(*Resolver).lookupIPAddr', 'shop/mail.send'))).toMatchObject({
    kind: 'network',
    what: 'name lookup',
  });
});

test('a request that runs under labels of a profile waits as any other', () => {
  const labelled = request(1, parkedIn.sqlConn, 'shop/api.find', 'runtime/pprof.Do', 'shop/api.label');
  expect(stackKind(labelled)).toEqual({ kind: 'pool', what: 'database/sql', request: true });
});

test.each([
  ['one file', 'os.(*File).Write'],
  ['one connection', 'net.(*conn).Write'],
])('who waits for others at %s waits for a lock', (what, write) => {
  const locked = ['internal/poll.(*fdMutex).rwlock', 'internal/poll.(*FD).writeLock', 'internal/poll.(*FD).Write'];
  const parked = ['runtime.gopark', 'runtime.semacquire1', 'internal/poll.runtime_Semacquire', ...locked, write];
  expect(stackKind(request(1, parked, 'shop/api.(*Log).write'))).toEqual({ kind: 'lock', what, request: true });
});
