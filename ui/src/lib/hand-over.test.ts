import { describe, expect, it } from 'vitest';
import { FILE_BYTES, PIECE_BYTES, handOver } from './hand-over';
import type { Query } from './ipc/call';
import type { Commands } from './platform/types';

function program(failing: Partial<Record<string, string>> = {}) {
  const heard: [string, unknown[]][] = [];
  const commands = new Proxy({}, {
    get: (_, name: string) => (...args: unknown[]) => {
      heard.push([name, args]);
      const message = failing[name];
      return Promise.resolve(message ? { status: 'error', error: { code: 'x', message, errors: [] } } : { status: 'ok', data: name === 'fileBegin' ? 'taking' : null });
    },
  }) as Commands;
  const run = <T>(query: Query<T>) => query(commands);
  return { heard, run };
}

const bytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => (i * 31) % 256);

describe('handing a file over', () => {
  it('sends every byte once, in order, and attaches at the end', async () => {
    const { heard, run } = program();
    const content = bytes(PIECE_BYTES + 1000);
    const told: number[] = [];

    const wrong = await handOver(new File([content], 'plan.pdf', { type: 'application/pdf' }), 'thread', run, (done) => told.push(done));

    expect(wrong).toBeNull();
    expect(heard.map(([name]) => name)).toEqual(['fileBegin', 'filePiece', 'filePiece', 'fileAttach']);
    const pieces = heard.filter(([name]) => name === 'filePiece').map(([, args]) => Uint8Array.from(atob(String(args[1])), (c) => c.charCodeAt(0)));
    expect(pieces.flatMap((p) => [...p])).toEqual([...content]);
    expect(heard[3]?.[1]).toEqual(['thread', 'taking', 'plan.pdf', 'application/pdf']);
    expect(told).toEqual([PIECE_BYTES, PIECE_BYTES + 1000]);
  });

  it('says at once what is never taken', async () => {
    const { heard, run } = program();
    const large = new File(['x'], 'film.mp4');
    Object.defineProperty(large, 'size', { value: FILE_BYTES + 1 });

    expect(await handOver(new File([], 'empty.txt'), 't', run, () => undefined)).toBe('empty.txt is empty.');
    expect(await handOver(large, 't', run, () => undefined)).toBe('film.mp4 is larger than 25 MB.');
    expect(heard).toEqual([]);
  });

  it('tells what the program says, and gives up what cannot be read', async () => {
    const refusing = program({ fileAttach: 'The same file is attached twice.' });
    expect(await handOver(new File(['a'], 'a.txt'), 't', refusing.run, () => undefined)).toBe('The same file is attached twice.');
    const gone = new File(['a'], 'a.txt');
    gone.slice = () => { throw new Error('gone'); };
    const { heard, run } = program();
    expect(await handOver(gone, 't', run, () => undefined)).toContain('could not be read');
    expect(heard.map(([name]) => name)).toEqual(['fileBegin', 'fileGiveUp']);
  });
});
