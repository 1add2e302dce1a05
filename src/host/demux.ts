/** The Docker engine's log stream to chunks of stdout and stderr: frames of an 8-byte header and a payload; pure. */

/** Takes chunks of the stream, cut anywhere. */
export type Demultiplexer = (chunk: Buffer) => void;

const headerBytes = 8;

/**
 * Calls `onData` with payloads in order. A frame is `[stream, 0, 0, 0, length as uint32 big endian]` and the payload, where stream 1 is
 * stdout and 2 stderr (Engine API, "Attach to a container"). Payloads are passed on as they arrive, so nothing is held back.
 */
export function createDemultiplexer(onData: (stream: 'stdout' | 'stderr', data: Buffer) => void): Demultiplexer {
  let header = Buffer.alloc(0);
  let missingBytes = 0;
  let stream: 'stdout' | 'stderr' = 'stdout';
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (missingBytes > 0) {
        const data = rest.subarray(0, missingBytes);
        missingBytes -= data.length;
        rest = rest.subarray(data.length);
        onData(stream, data);
        continue;
      }
      const part = rest.subarray(0, headerBytes - header.length);
      header = Buffer.concat([header, part]);
      rest = rest.subarray(part.length);
      if (header.length < headerBytes) return;
      stream = header[0] === 2 ? 'stderr' : 'stdout';
      missingBytes = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  };
}
