import type { Duplex } from 'node:stream';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { Channels, Frame, Outlet, Rendered } from '../graphql/channels.ts';

/** What a socket gives a subscription that may share: where its frames go, and how a result becomes the payload of one. */
export type Broadcast = { channels: Channels; outlet: Outlet; encode(result: ExecutionResult): Rendered };

/**
 * Bytes waiting in the process for a socket from which on it is given no more shared frames until all of them are with the
 * kernel. Not less than the stream's own mark (64 KiB), or it would not tell when that is.
 */
export const socketWaitingBytesMax = 128 * 1024;

/** Writes shared frames to one socket; several subscriptions may have theirs on it. */
export type FrameWriter = {
  /** For the operation with this id; `noteCode` hears the codes of errors that are sent to it. */
  outlet(id: string, noteCode: (code: string) => void): Outlet;
};

/**
 * Frames of one commit go out as one write of whole WebSocket frames, past ws's `send`, which makes two writes and a callback
 * of each. ws itself writes whole frames at once too, as long as nothing is compressed or fragmented, so that neither ever
 * writes into a frame of the other.
 */
export function createFrameWriter(socket: WebSocket, stream: Duplex): FrameWriter {
  const waiting: (() => void)[] = [];
  const drained = () => {
    for (const ready of waiting.splice(0)) ready();
  };
  return {
    outlet(id, noteCode) {
      const opening = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      return {
        send(frames, from, to) {
          if (socket.readyState !== socket.OPEN) return 0;
          let end = from;
          // Again and again, for what the kernel takes at once leaves no trace here and no `drain` to wait for.
          while (end < to && stream.writableLength < socketWaitingBytesMax) {
            const start = end;
            end = fitting(frames, start, to, socketWaitingBytesMax - stream.writableLength);
            stream.write(bytesOf(opening, frames, start, end));
          }
          for (let at = from; at < end; at += 1) frames[at]!.errorCodes.forEach(noteCode);
          return end - from;
        },
        whenReady(ready) {
          if (waiting.length === 0) stream.once('drain', drained);
          waiting.push(ready);
        },
      };
    },
  };
}

/** The end of the frames that there is room for; the last of them may go beyond it. */
function fitting(frames: readonly Frame[], from: number, to: number, room: number): number {
  let end = from;
  for (let left = room; end < to && left > 0; end += 1) left -= frames[end]!.payload.length;
  return end;
}

/** What was written last: the next socket often gets the same, for many clients number their operations alike. */
type Written = { opening: string; first: Frame; last: Frame; bytes: Buffer };
let written: Written | null = null;

function bytesOf(opening: string, frames: readonly Frame[], from: number, end: number): Buffer {
  const first = frames[from]!;
  const last = frames[end - 1]!;
  if (written?.opening === opening && written.first === first && written.last === last) return written.bytes;
  const openingBytes = Buffer.byteLength(opening);
  let size = 0;
  for (let at = from; at < end; at += 1) size += frameBytes(openingBytes + frames[at]!.payload.length + 1);
  const bytes = Buffer.allocUnsafe(size);
  for (let at = from, offset = 0; at < end; at += 1) offset = writeFrame(bytes, offset, opening, openingBytes, frames[at]!.payload);
  written = { opening, first, last, bytes };
  return bytes;
}

const headBytes = (length: number) => (length < 126 ? 2 : length < 65_536 ? 4 : 10);
const frameBytes = (length: number) => headBytes(length) + length;

/** One unmasked, final text frame (RFC 6455, 5.2); returns where it ends. */
function writeFrame(bytes: Buffer, offset: number, opening: string, openingBytes: number, payload: Buffer): number {
  const length = openingBytes + payload.length + 1;
  const head = headBytes(length);
  bytes[offset] = 0x81;
  if (head === 2) bytes[offset + 1] = length;
  else if (head === 4) {
    bytes[offset + 1] = 126;
    bytes.writeUInt16BE(length, offset + 2);
  } else {
    bytes[offset + 1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), offset + 2);
  }
  const start = offset + head;
  bytes.write(opening, start);
  payload.copy(bytes, start + openingBytes);
  bytes[start + length - 1] = 0x7d; // }
  return start + length;
}
