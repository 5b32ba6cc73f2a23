import { Buffer } from 'node:buffer';

/** Frames on a stream: an id, a length, a body. */
const HEAD = 8;

export function writeFrame(stream, id, body) {
  const frame = Buffer.allocUnsafe(HEAD + body.length);
  frame.writeUInt32BE(id, 0);
  frame.writeUInt32BE(body.length, 4);
  body.copy(frame, HEAD);
  stream.write(frame);
}

export function readFrames(stream, onFrame) {
  let rest = Buffer.alloc(0);
  stream.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEAD) {
      const end = HEAD + rest.readUInt32BE(4);
      if (rest.length < end) return;
      onFrame(rest.readUInt32BE(0), rest.subarray(HEAD, end));
      rest = rest.subarray(end);
    }
  });
}
