/**
 * What is done to a socket by its file descriptor, past Node, whose sockets belong to one thread and keep to themselves what became of
 * them.
 */
import { writeSync } from 'node:fs';

/** Writes `size` bytes from `from` on; how many the socket took, 0 when its buffer is full, or the negative number of the error. */
export function writeTo(fd: number, bytes: Uint8Array, from: number, size: number): number {
  try {
    return writeSync(fd, bytes, from, size);
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    return code === 'EAGAIN' ? 0 : (errno ?? 0);
  }
}

const noBytes = new Uint8Array(0);

/**
 * Whether a TCP socket that the server has ended was reset afterwards. Linux resets a connection that gets data when its socket is
 * closed, and never ends in good order one that has data nobody has read: what was sent came after the close, and was not read. A
 * server that reads a request and then closes resets nothing. False where nobody can tell.
 */
export function wasResetAfterEnd(fd: number): boolean {
  if (fd < 0 || process.platform !== 'linux') return false;
  try {
    // Nothing is sent, but the kernel says what it knows (tcp_sendmsg_locked in net/ipv4/tcp.c).
    writeSync(fd, noBytes, 0, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPIPE';
  }
}
