/** A short execution trace in Go's text form: two threads, of which one blocks a goroutine and the other, whose clock is behind, runs it. */

/** A generation of it. */
export const traceGeneration = (generation: number) => `
EventBatch gen=${generation} m=-1 time=${generation * 1000} size=0
Sync
Frequency freq=15625000
ClockSnapshot dt=1 mono=64000 sec=7 nsec=0
EventBatch gen=${generation} m=7 time=${generation * 1000 + 100} size=0
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=1 m=7 gstatus=2
GoBlock dt=10 reason_string=1 stack=1
EventBatch gen=${generation} m=8 time=${generation * 1000 + 90} size=0
ProcStatus dt=1 p=1 pstatus=1
GoUnblock dt=5 g=1 g_seq=1 stack=0
GoStart dt=5 g=1 g_seq=2
GoStop dt=5 reason_string=2 stack=0
ProcStop dt=1
EventBatch gen=${generation} m=7 time=${generation * 1000 + 200} size=0
GoStart dt=1 g=1 g_seq=3
EventBatch gen=${generation} m=8 time=${generation * 1000 + 210} size=0
ProcStart dt=1 p=1 p_seq=1
EventBatch gen=${generation} m=-1 time=${generation * 1000} size=0
Stacks
Stack id=1 nframes=2
pc=10 func=3 file=4 line=12
pc=20 func=5 file=4 line=30
EventBatch gen=${generation} m=-1 time=${generation * 1000} size=0
Strings
String id=1
data="chan receive"
String id=2
data="preempted"
String id=3
data="shop.(*Pool).Get"
String id=4
data="/src/shop/pool.go"
String id=5
data="main.main"
EndOfGeneration
`;
