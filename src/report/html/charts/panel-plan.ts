/** The plan of the charts: which series are drawn together, in which order, and how. */
import type { Panel } from './panel.ts';

/** A line of the generator or the host: series name, label, colour, fade, dashed, width. */
export type Stroke = readonly [name: string, label: string, colour: string, fade: number, dash: boolean, width: number];

/** A chart of named series of the generator or the host. */
export interface OwnPlan extends Partial<Panel> {
  readonly id: string;
  readonly title: string;
  readonly strokes: readonly Stroke[];
}

/** A chart with one line for each target; a second series is drawn dashed. */
export interface TargetPlan extends Partial<Panel> {
  readonly id: string;
  readonly title: string;
  readonly names: readonly string[];
}

/** One group of charts; `goroutines` is the stack of wait reasons. */
interface GroupPlan {
  readonly title: string;
  readonly note: string;
  /** Only where load was sent, or only where none was. */
  readonly only?: 'load' | 'observed';
  readonly charts: readonly (OwnPlan | TargetPlan | 'goroutines')[];
}

/** Memory and throttling of the targets, and the machine they share. */
const machineCharts: readonly (OwnPlan | TargetPlan)[] = [
  {
    id: 'memory',
    title: 'Memory, and its limit (dashed)',
    names: ['container.memory_mib', 'container.memory_limit_mib'],
  },
  { id: 'throttled', title: 'Throttled in the interval', names: ['container.throttled_ms'] },
  {
    id: 'host',
    title: 'Host',
    strokes: [
      ['host.cpu_percent', 'CPU, all cores', 'ink', 0.2, false, 1.5],
      ['host.steal_percent', 'stolen by the hypervisor', 'red', 0, false, 1.5],
      ['host.cpu_pressure_some_percent', 'time in which something waited for a CPU', 'orange', 0, true, 1.5],
    ],
  },
];

/** The group of charts of the scheduler. */
export const schedulerCharts = 'Go scheduler';

/** All charts of a report, in reading order. */
export const panelPlan: readonly GroupPlan[] = [
  {
    title: 'Load',
    only: 'load',
    note: 'Planned is what the schedule asked for; completed is what the service gave back. Where they part, the service no longer keeps up.',
    charts: [
      {
        id: 'rate',
        title: 'Rate',
        height: 210,
        strokes: [
          ['load.planned_rps', 'planned', 'ink', 0.35, true, 1.5],
          ['load.sent_rps', 'sent', 'sky', 0, false, 1.5],
          ['load.completed_rps', 'completed', 'blue', 0, false, 2],
          ['load.failed_rps', 'failed, timed out or dropped', 'red', 0, false, 2],
        ],
      },
    ],
  },
  {
    title: 'Latency',
    only: 'load',
    note: 'Response counts from the moment an arrival was due, service from the first byte sent. A gap between them is time spent waiting for a connection.',
    charts: [
      {
        id: 'latency',
        title: 'Response and service time',
        height: 250,
        log: true,
        strokes: [
          ['load.response_p50_us', 'response p50', 'blue', 0.45, false, 1.5],
          ['load.response_p90_us', 'response p90', 'blue', 0.2, false, 1.5],
          ['load.response_p99_us', 'response p99', 'blue', 0, false, 2.25],
          ['load.response_max_us', 'response max', 'muted', 0.2, false, 1],
          ['load.service_p99_us', 'service p99', 'orange', 0, true, 1.75],
        ],
      },
    ],
  },
  {
    title: schedulerCharts,
    note: 'Goroutines that could run but wait for a P. A queue while no P is idle means that CPU is what the service lacks.',
    charts: [
      { id: 'runqueue', title: 'Global run queue', names: ['sched.runqueue'] },
      { id: 'local-runqueue', title: 'Local run queues, sum', names: ['sched.local_runqueue_total'] },
      { id: 'idle-ps', title: 'Idle Ps', names: ['sched.idleprocs'] },
      { id: 'threads', title: 'Threads', names: ['sched.threads'] },
      {
        id: 'sched-latency',
        title: 'Share of goroutines that waited over about 1 ms for a P',
        names: ['go.sched_latency_over_1ms_percent'],
      },
    ],
  },
  {
    title: 'Goroutines',
    note: 'What goroutines wait for, in the words of the runtime; one target at a time.',
    charts: ['goroutines'],
  },
  {
    title: 'Garbage collection',
    note: 'Each point is one cycle. Live heap close to its goal and a rising CPU share mean that the collector works for room.',
    charts: [
      { id: 'gc-pause', title: 'Stop-the-world pause', names: ['gc.pause_ms'], shape: 'points' },
      { id: 'heap', title: 'Heap live, and goal (dashed)', names: ['gc.heap_live_mib', 'gc.heap_goal_mib'] },
      { id: 'gc-cpu', title: 'GC share of CPU since start', names: ['gc.cpu_percent'] },
      { id: 'gc-cycles', title: 'GC cycles since start', names: ['gc.cycles'] },
    ],
  },
  {
    title: 'CPU and memory',
    only: 'observed',
    note: 'Of the processes or containers, and of the whole machine they run on.',
    charts: [{ id: 'cpu', title: 'CPU', names: ['container.cpu_percent'], height: 170 }, ...machineCharts],
  },
  {
    title: 'What services say of themselves',
    only: 'observed',
    note: 'From their Prometheus endpoints.',
    charts: [
      { id: 'go-goroutines', title: 'Goroutines', names: ['go.goroutines'] },
      { id: 'go-heap', title: 'Heap live, and goal (dashed)', names: ['go.heap_live_bytes', 'go.heap_goal_bytes'] },
      { id: 'go-gc', title: 'GC cycles per second', names: ['go.gc_cycles_per_second'] },
      { id: 'go-alloc', title: 'Allocated per second', names: ['go.alloc_bytes_per_second'] },
      {
        id: 'go-in-flight',
        title: 'HTTP requests in flight',
        names: ['app.requests_in_flight', 'go.http_requests_in_flight'],
      },
      { id: 'go-threads', title: 'Threads', names: ['go.threads'] },
    ],
  },
  {
    title: 'CPU',
    only: 'load',
    note: 'The generator shares this machine with the targets: when the host is full, a slow answer is not the service alone.',
    charts: [
      {
        id: 'cpu',
        title: 'CPU of targets and generator',
        names: ['container.cpu_percent', 'load.cpu_percent'],
        height: 170,
      },
      ...machineCharts,
    ],
  },
  {
    title: 'Generator health',
    only: 'load',
    note: 'Whether the load itself was as planned. Lag is the generator being late although a connection was free.',
    charts: [
      { id: 'lag', title: 'Dispatch lag p99', strokes: [['load.lag_p99_us', 'lag p99', 'purple', 0, false, 1.5]] },
      { id: 'loop', title: 'Event loop busy', strokes: [['load.loop_percent', 'busy', 'purple', 0, false, 1.5]] },
      {
        id: 'loop-delay',
        title: 'Event loop delay',
        strokes: [
          ['load.loop_delay_p99_us', 'p99', 'purple', 0, false, 1.5],
          ['load.loop_delay_max_us', 'max', 'muted', 0.2, false, 1],
        ],
      },
      {
        id: 'generator-gc',
        title: 'Paused by its garbage collector, of each second',
        strokes: [['load.gc_pause_ms', 'paused', 'purple', 0, false, 1.5]],
      },
      {
        id: 'in-flight',
        title: 'Requests and connections',
        unit: 'count',
        strokes: [
          ['load.in_flight', 'in flight', 'blue', 0, false, 1.5],
          ['load.waiting', 'waiting for a connection', 'red', 0, false, 1.5],
          ['load.connections', 'open connections', 'ink', 0.4, true, 1.5],
        ],
      },
    ],
  },
];
