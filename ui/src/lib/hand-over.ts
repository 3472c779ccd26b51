// A file from the window to the program: in pieces, because the window holds no path and the program takes no file of any size at once.
import type { ErrorView } from './ipc/bindings';
import type { Query } from './ipc/call';

/** Bytes of one piece; a multiple of three, so that Base64 needs no filling between pieces. */
export const PIECE_BYTES = 384 * 1024;
/** More is not taken by the program. */
export const FILE_BYTES = 25 * 1024 * 1024;
/** More files are not taken in one message. */
export const FILES = 10;

type Run = <T>(query: Query<T>) => Promise<{ status: 'ok'; data: T } | { status: 'error'; error: ErrorView }>;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** Hands one file over and puts it into the draft of a message; gives the words of what went wrong, or null. */
export async function handOver(file: File, thread: string, run: Run, told: (done: number) => void): Promise<string | null> {
  if (file.size === 0) return `${file.name} is empty.`;
  if (file.size > FILE_BYTES) return `${file.name} is larger than 25 MB.`;
  const begun = await run((c) => c.fileBegin());
  if (begun.status === 'error') return begun.error.message;
  const taking = begun.data;
  try {
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
      const piece = base64(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
      const taken = await run((c) => c.filePiece(taking, piece));
      if (taken.status === 'error') return taken.error.message;
      told(Math.min(file.size, at + PIECE_BYTES));
    }
  } catch {
    await run((c) => c.fileGiveUp(taking));
    return `${file.name} could not be read. It may have been moved; choose it again.`;
  }
  const attached = await run((c) => c.fileAttach(thread, taking, file.name, file.type || 'application/octet-stream'));
  return attached.status === 'error' ? attached.error.message : null;
}
